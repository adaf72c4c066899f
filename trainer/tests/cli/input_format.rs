//! Training files that are packed, encoded or laid out otherwise than by convention.

use std::io::Write as _;

use crate::support::{Work, table};

const FIT: &str = "--target species --algorithm decision-tree --param max_depth=3";

fn iris() -> String {
    Work::sample("iris").text("in.csv")
}

/// What a model learned of a table, whatever its file looked like; and what was reported.
fn fitted(work: &Work, options: &str) -> (impl PartialEq + use<>, String) {
    let run = work.fit(&format!("{FIT} {options}"));
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let model = work.model();
    let manifest = model.manifest();
    ((manifest.schema.clone(), manifest.program.clone(), manifest.golden.clone()), run.stderr)
}

#[track_caller]
fn same_as_plain(bytes: impl AsRef<[u8]>, options: &str) -> (Work, String) {
    let (plain, _) = fitted(&Work::with(iris()), "");
    let work = Work::with(bytes);
    let (odd, reported) = fitted(&work, options);
    assert!(odd == plain, "{options}");
    (work, reported)
}

#[test]
fn compressed_files_are_read_and_their_digest_is_that_of_the_file() {
    let csv = iris();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(csv.as_bytes()).unwrap();
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let zst = ruzstd::encoding::compress_to_vec(csv.as_bytes(), level);
    for packed in [gz.finish().unwrap(), zst] {
        let (work, _) = same_as_plain(&packed, "");
        let digest = model_format::Digest::of(&packed);
        assert_eq!(&work.model().manifest().provenance.data_sha256, digest.as_bytes());
        let cut = Work::with(&packed[..packed.len() / 2]);
        let run = cut.fit(FIT);
        assert!(run.stderr.starts_with("error: `in.csv` is compressed, and damaged or cut short"));
        assert_eq!(run.status, Some(4));
    }
}

#[test]
fn other_encodings_are_read() {
    let accented = iris().replace("setosa", "sétosa");
    let (plain, _) = fitted(&Work::with(&accented), "");
    let utf16: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(accented.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let latin1: Vec<u8> = accented.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for (bytes, options) in [
        (utf16, ""),
        (latin1.clone(), "--encoding latin1"),
        (latin1.clone(), "--encoding windows-1252"),
    ] {
        let work = Work::with(bytes);
        assert!(fitted(&work, options).0 == plain, "{options}");
    }
    let work = Work::with(&latin1);
    work.fit(&format!("{FIT} --encoding latin1")).ok();
    assert_eq!(work.option("encoding"), "latin1");
    Work::with(latin1)
        .fit(&format!("{FIT} --encoding ebcdic"))
        .misused("--encoding: found `ebcdic`, expected one of utf-8, utf-16, latin1, windows-1252");
}

#[test]
fn columns_without_a_name_are_left_out_with_a_warning() {
    let indexed = iris()
        .lines()
        .enumerate()
        .map(|(i, row)| if i == 0 { format!(",{row}\n") } else { format!("{},{row}\n", i - 1) })
        .collect::<String>();
    let (_, reported) = same_as_plain(indexed, "");
    let warning =
        "warning: the first column has no name, like an index that pandas wrote; it is left out\n";
    assert!(reported.contains(warning), "{reported}");
    let every_line = iris().replace('\n', ",,\n");
    let (_, reported) = same_as_plain(every_line, "");
    let warning =
        "warning: the header ends with 2 delimiters; the columns after them are left out\n";
    assert!(reported.contains(warning), "{reported}");
    let header_only = iris().replacen('\n', ",\n", 1);
    same_as_plain(&header_only, "");
    let shifted = header_only.replacen("\n4.9,3.0,", "\n4.9,3,0,", 1);
    Work::with(shifted).refuses(
        &format!("{FIT} --quiet"),
        4,
        "error: `in.csv` line 3: found `setosa` in column 6, which has no name\n\
         hint: is there a delimiter in a cell without quotes? else name the column\n",
    );
}

#[test]
fn rows_that_hold_nothing_at_the_end_are_left_out() {
    let (_, reported) = same_as_plain(iris() + ",,,,\n,,,,\n", "");
    let warning = "warning: 2 rows at the end hold nothing and are left out\n";
    assert!(reported.contains(warning), "{reported}");
}

#[test]
fn what_is_no_row_is_named_with_the_way_out() {
    let refuses = |edit: &dyn Fn(String) -> String, message: &str| {
        Work::with(edit(iris())).refuses(&format!("{FIT} --quiet"), 4, message);
    };
    refuses(
        &|csv| format!("Flowers, 1936\nmeasured by hand\n{csv}"),
        "error: `in.csv` line 1: no header: it has 2 cells, line 3 and the rows after it have 5 cells\n\
         hint: --skip-rows 2 leaves out what stands before the header\n",
    );
    refuses(
        &|csv| csv.clone() + &csv,
        "error: `in.csv` line 152: the line repeats the header\n\
         hint: were files put together with their headers? remove the line\n",
    );
    refuses(
        &|csv| csv + "\nSource: Fisher\n",
        "error: `in.csv` line 153: found 1 cell, expected 5\n\
         hint: fix the row, or remove it if it is a footer: no row follows\n",
    );
    refuses(
        &|csv| csv.replacen("\n4.9,", "\n# second part\n4.9,", 1),
        "error: `in.csv` line 3: found 1 cell, expected 5\n\
         hint: if it is a comment, --comment '#' leaves such lines out\n",
    );
}

#[test]
fn the_ways_out_work() {
    let comments = iris().replacen("\n4.9,", "\n# \"second part\n4.9,", 1) + "# end";
    let (work, _) = same_as_plain(format!("Flowers\n#\n{comments}"), "--skip-rows 1 --comment #");
    assert_eq!((&*work.option("skip-rows"), &*work.option("comment")), ("1", "#"));
    let (work, _) = same_as_plain(format!("sep=;\n{}", iris().replace(',', ";")), "");
    assert_eq!(work.option("delimiter"), ";");
    Work::with(iris()).refuses(
        &format!("{FIT} --skip-rows 500"),
        4,
        "error: `in.csv` is empty, expected a header line\nhint: does --skip-rows leave out all?\n",
    );
}

#[test]
fn more_columns_than_a_model_has_are_refused_before_the_rows_are_read() {
    let names: Vec<String> = (0..100_000).map(|i| format!("c{i}")).collect();
    // The row is of another width, which is found out only when it is read.
    let work = Work::with(format!("{}\n1,2\n", names.join(",")));
    work.refuses(
        "--target c7",
        4,
        "error: 99999 feature columns, the limit is 16384\nhint: leave columns out with --ignore\n",
    );
}

#[test]
fn half_of_a_utf16_surrogate_pair_is_no_category() {
    let csv = table("a,b,y", 60, |i| format!("{},p@{},{}", i * 7 % 13, i % 3, i % 2));
    // Two halves, which as unknown characters would be one category.
    let mut halves = [0xd801u16, 0xdc02].into_iter().cycle();
    let units = csv.encode_utf16().map(|unit| match unit {
        0x40 => halves.next().unwrap(),
        unit => unit,
    });
    let bytes: Vec<u8> = std::iter::once(0xfeff).chain(units).flat_map(u16::to_le_bytes).collect();
    let work = Work::with(&bytes);
    let run = work.fit_tree("--target y");
    assert!(run.stderr.contains(", column `b`: the text is not UTF-8"), "{}", run.stderr);
    assert_eq!(run.status, Some(4));
    let run = work.fit_tree("--target y --ignore b");
    let warning = "line 2 has half of a surrogate pair of UTF-16, which is no character";
    assert!(run.warnings().contains(&warning), "{}", run.stderr);
}
