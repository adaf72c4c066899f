use super::*;

fn styled(decimal: &str, thousands: &str, units: &[&str]) -> NumberStyle {
    let units: Vec<String> = units.iter().map(|unit| (*unit).to_owned()).collect();
    NumberStyle::new(Some(decimal), Some(thousands), &units).unwrap()
}

/// What was found, in words: nothing if nothing was.
fn found_as(cells: &[&str], read_as: &NumberStyle) -> String {
    let found = recognise(cells.iter().map(|cell| cell.as_bytes()), read_as);
    match found.map(|found| found.spelling) {
        None => String::new(),
        Some(Spelling::Unit) => UNIT.into(),
        Some(Spelling::Style(Style { what, flags, against })) => shown(&what, &flags, &against),
    }
}

const UNIT: &str = "numbers with a unit";

fn found(cells: &[&str]) -> String {
    found_as(cells, &NumberStyle::default())
}

fn shown(what: &str, flags: &str, against: &str) -> String {
    format!("{what}; {flags}; {against}")
}

fn style(what: &str, flags: &str) -> String {
    shown(what, flags, "")
}

#[test]
fn each_style_is_recognised_by_its_cells() {
    for (cells, expected) in [
        (&["2,6", "1", "0,9"][..], style("numbers with a decimal comma", "--decimal ,")),
        (
            &["$1,234.50", "$7.00", "$20.00"],
            style("numbers with `,` between thousands and `$`", "--thousands , --units '$'"),
        ),
        (&["97%", "3%"], style("numbers with `%`", "--units '%'")),
        (
            &["1 234,5", "7,0"],
            style(
                "numbers with a decimal comma and spaces between thousands",
                "--decimal , --thousands space",
            ),
        ),
        (
            &["($20.00)", "$3.00", "-$5"],
            style("numbers with `$` and parentheses for a minus", "--units '$,()'"),
        ),
        (&["1,234", "12,345"], style("numbers with `,` between thousands", "--thousands ,")),
        (
            &["1.234,5", "7"],
            style(
                "numbers with a decimal comma and `.` between thousands",
                "--decimal , --thousands .",
            ),
        ),
        (&["1", "2.5"], String::new()),
        (&["red", "green", "2,6"], String::new()),
        (&["A1", "B2"], String::new()),
        (&["2024-01-01", "2024-01-02"], String::new()),
        (&["1-2", "3-4"], String::new()),
        (&[], String::new()),
    ] {
        assert_eq!(found(cells), expected, "{cells:?}");
    }
}

#[test]
fn half_of_the_cells_are_enough_and_a_slip_is_not() {
    let comma = style("numbers with a decimal comma", "--decimal ,");
    assert_eq!(found(&["2,6", "0,9", "-", "n/a"]), comma);
    assert_eq!(found(&["2,6", "-", "n/a"]), "");
    // One share among texts and numbers is a slip.
    let mut cells = vec!["1"; 60];
    cells.extend(["x"; 30]);
    cells.push("5%");
    assert_eq!(found(&cells), "");
    let odd = recognise([b"2,6".as_slice(), b"3,5", b"-"].into_iter(), &NumberStyle::default());
    let odd = odd.unwrap();
    assert_eq!([odd.fits(b"7,1"), odd.fits(b"-")], [true, false]);
    assert!((odd.share - 2.0 / 3.0).abs() < 1e-9);
}

#[test]
fn numbers_with_a_unit_are_told_from_codes_and_names() {
    for cells in [
        &["36 months", "60 months"][..],
        &["5kg", "7 kg"],
        &["-2.4°C", "+3°C"],
        &["23.0-", "7.5-"],
        &["20‰", "3‰"],
        &["kg 20", "kg 7"],
        &["Rs. 20", "Rs.7"],
        &["20\"", "7\""],
        &["~20", "~7"],
        &["#20", "#7"],
        &["<20", "<7"],
        &["10+ years", "< 1 year"],
        &["5 kg", "7 kg", "none"],
        &[".5 kg", "7 kg"],
    ] {
        assert_eq!(found(cells), UNIT, "{cells:?}");
    }
    for cells in [
        &["A1", "B2"][..],
        &["Group 1", "Group 2"],
        &["<=50K", ">50K"],
        &["12:30", "7:45"],
        &["18-24", "25-34"],
        &["PC 17", "CA 18", "WC 19", "SO 20", "PP 21"],
        &["1.2.3", "2.0.1"],
    ] {
        assert_eq!(found(cells), "", "{cells:?}");
    }
}

#[test]
fn a_style_is_told_from_the_one_that_is_read() {
    let comma = styled(",", "none", &[]);
    let point = "numbers with a decimal point";
    assert_eq!(found_as(&["1.5", "2.5", "3"], &comma), shown(point, "", "--decimal ,"));
    assert_eq!(found_as(&["1,5", "2,5"], &comma), "");
    assert_eq!(
        found_as(&["1.234,5", "2,5"], &comma),
        style(
            "numbers with a decimal comma and `.` between thousands",
            "--decimal , --thousands ."
        )
    );
    // Units are added to those that are read already.
    assert_eq!(
        found_as(&["5%", "7%"], &styled(",", "none", &["€"])),
        style("numbers with a decimal comma and `%`", "--decimal , --units '€,%'")
    );
}

#[test]
fn one_cell_tells_its_style() {
    let plain = NumberStyle::default();
    let flags = |cell: &[u8]| style_of_cell(cell, &plain).map(|style| style.flags);
    assert_eq!(flags(b"75,76"), Some("--decimal ,".into()));
    assert_eq!(flags(b"$75.76"), Some("--units '$'".into()));
    assert_eq!([flags(b"forty"), flags(b"5 kg"), flags(b"")], [None, None, None]);
}

#[test]
fn codes_are_digits_with_a_leading_zero() {
    assert!(["01234", "00", "007"].iter().all(|cell| is_padded(cell.as_bytes())));
    assert!(!["0", "10", "0.5", "-01", "01a", ""].iter().any(|c| is_padded(c.as_bytes())));
}
