//! One bad row between good ones, under every policy.

use crate::support::{Table, Work};

/// Rows of the golden table around the bad one, none with a quote in it.
const BEFORE: [usize; 2] = [0, 1];
const AFTER: [usize; 2] = [2, 4];

/// A row of the churn table that cannot be scored, and what is to be said of it.
pub(crate) struct BadRow<'a> {
    /// The line, without its end.
    pub(crate) row: &'a [u8],
    /// Its id, if its cells can be told apart.
    pub(crate) id: &'a str,
    /// The column to blame, or nothing.
    pub(crate) column: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) hint: &'a str,
    /// Options without which it would be a good row.
    pub(crate) args: &'a str,
}

impl BadRow<'_> {
    /// Runs every policy: the n-th output belongs to the n-th input, and nothing is lost.
    #[track_caller]
    pub(crate) fn judge(&self) {
        let work = Work::with("churn-logistic", self.input());
        self.stops(&work);
        let placeholder = format!("{},\n", self.id);
        self.goes_on(&work, "null", &placeholder);
        self.goes_on(&work, "skip", "");
    }

    fn input(&self) -> Vec<u8> {
        let table = Table::of("churn-logistic");
        let mut input = table.csv(&BEFORE).into_bytes();
        input.extend_from_slice(self.row);
        input.push(b'\n');
        input.extend(AFTER.map(|row| table.rows[row].clone() + "\n").concat().into_bytes());
        input
    }

    #[track_caller]
    fn stops(&self, work: &Work) {
        work.put("out.csv", "as it was\n");
        let names = work.names();
        let column = match self.column {
            "" => String::new(),
            name => format!(", column `{name}`"),
        };
        let message = format!("error: `in.csv` line 4{column}: {}\n{}", self.reason, self.hint);
        let run = work.score(&format!("--id customer_id -o out.csv {}", self.args));
        run.fails(4, &message);
        assert_eq!(run.stdout, b"");
        assert_eq!((work.text("out.csv"), work.names()), ("as it was\n".to_owned(), names));
    }

    #[track_caller]
    fn goes_on(&self, work: &Work, policy: &str, line: &str) {
        let files = "-o out.csv --rejects bad.csv --summary summary.json";
        let run = work
            .score(&format!("--id customer_id --on-bad-row {policy} {files} {}", self.args))
            .ok();
        assert_eq!(run, "");
        let table = Table::of("churn-logistic");
        let good = |rows: [usize; 2]| {
            rows.map(|row| {
                let id = table.rows[row].split(',').next().unwrap();
                format!("{id},{}\n", table.label(row))
            })
            .concat()
        };
        let expected = format!("customer_id,prediction\n{}{line}{}", good(BEFORE), good(AFTER));
        assert_eq!(work.text("out.csv"), expected, "{policy}");

        let mut rejects = format!(
            "line,column,reason,row\n4,{},{},",
            self.column,
            String::from_utf8(quoted(self.reason.as_bytes())).unwrap()
        )
        .into_bytes();
        rejects.extend(quoted(self.row));
        rejects.push(b'\n');
        assert_eq!(work.bytes("bad.csv"), rejects, "{policy}");

        let summary = work.json("summary.json");
        let count = |key: &str| summary[key].as_u64().unwrap();
        assert_eq!(
            (count("rows_read"), count("rows_predicted"), count("rows_rejected")),
            (5, 4, 1)
        );
    }
}

/// A cell as RFC 4180 wants it.
fn quoted(cell: &[u8]) -> Vec<u8> {
    if !cell.iter().any(|byte| b",\"\r\n".contains(byte)) {
        return cell.to_vec();
    }
    let doubled =
        cell.iter().flat_map(|byte| std::iter::repeat_n(*byte, 1 + usize::from(*byte == b'"')));
    [b'"'].into_iter().chain(doubled).chain([b'"']).collect()
}
