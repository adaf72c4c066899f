//! An invented customer table that exercises what real tables bring along.
//!
//! It has an identifier, numbers, classes, missing values, a field that needs
//! quotes, and a signal that is part linear, part interaction. Only integers are
//! used: `exp` and its kin differ between platforms in the last bit, and one bit
//! is enough to turn a customer's fate.

use crate::rng::SplitMix64;

const SEED: u64 = 20_260_401;
const ROWS: usize = 2_000;
const HEADER: [&str; 11] = [
    "customer_id",
    "age",
    "income",
    "tenure_months",
    "plan",
    "region",
    "contract",
    "support_calls",
    "monthly_fee",
    "autopay",
    "churned",
];

/// Name and base price in cents per month.
const PLANS: [(&str, i64); 3] = [("basic", 1_990), ("plus", 3_490), ("premium", 5_990)];

/// Name and points towards leaving.
const REGIONS: [(&str, i64); 6] = [
    ("Lombardia", 0),
    ("Lazio", 15),
    ("Emilia Romagna", -30),
    ("Aosta, Valle d'", -45),
    ("Sicilia", 30),
    ("Puglia", 60),
];

/// Points above which a customer leaves.
const THRESHOLD: i64 = 150;

/// Returns the whole table as CSV.
pub(crate) fn csv() -> String {
    let mut rng = SplitMix64::new(SEED);
    let mut table = csv::Writer::from_writer(Vec::new());
    // Nothing can fail: every record has as many fields as the header, and a vector takes them all.
    let _ = table.write_record(HEADER);
    for id in 1..=ROWS {
        let _ = table.write_record(Customer::draw(&mut rng).record(id, &mut rng));
    }
    table.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Holds the true values of one row, before some of them go missing.
struct Customer {
    age: i64,
    income_cents: i64,
    tenure_months: i64,
    plan: &'static str,
    region: (&'static str, i64),
    yearly: bool,
    support_calls: i64,
    fee_cents: i64,
    autopay: bool,
}

impl Customer {
    fn draw(rng: &mut SplitMix64) -> Self {
        let (plan, price) = pick_early(rng, &PLANS);
        let yearly = below(rng, 100) < 42;
        let discount = if yearly { price / 10 } else { 0 };
        Self {
            age: 18 + below(rng, 38) + below(rng, 28),
            // A product of uniform draws has the long right tail of incomes.
            income_cents: 1_200_000
                + below(rng, 2_000_000)
                + below(rng, 300) * below(rng, 300) * below(rng, 300),
            tenure_months: 1 + below(rng, 85) * below(rng, 85) / 84,
            plan,
            region: pick_early(rng, &REGIONS),
            yearly,
            support_calls: (0..12).map(|_| i64::from(below(rng, 9) == 0)).sum(),
            fee_cents: price - discount + below(rng, 801),
            autopay: below(rng, 100) < 55,
        }
    }

    /// Returns the points towards leaving that follow from the values alone.
    fn points(&self) -> i64 {
        let mut points = self.region.1 + 40 * self.support_calls - 3 * self.tenure_months.min(48);
        if !self.yearly {
            points += 90;
        }
        if !self.yearly && self.tenure_months < 12 {
            points += 60;
        }
        if !self.autopay {
            points += 45;
        }
        if self.support_calls >= 3 && self.plan != "premium" {
            points += 60;
        }
        if self.age < 30 {
            points += 50;
        } else if self.age > 62 {
            points -= 40;
        }
        // More than 1.5 % of the income goes into the fee.
        if self.fee_cents * 12 * 200 > 3 * self.income_cents {
            points += 50;
        }
        points
    }

    /// Returns the fields, with chance in the outcome and in what is missing.
    fn record(&self, id: usize, rng: &mut SplitMix64) -> [String; 11] {
        let noise: i64 = (0..4).map(|_| below(rng, 101) - 50).sum();
        let churned = yes_no(self.points() + noise > THRESHOLD);
        let age = if below(rng, 25) == 0 { String::new() } else { self.age.to_string() };
        let income = if below(rng, 20) == 0 { String::new() } else { decimal(self.income_cents) };
        let contract = match (below(rng, 50) == 0, self.yearly) {
            (true, _) => "NA",
            (false, true) => "yearly",
            (false, false) => "monthly",
        };
        [
            format!("C-{id:05}"),
            age,
            income,
            self.tenure_months.to_string(),
            self.plan.into(),
            self.region.0.into(),
            contract.into(),
            self.support_calls.to_string(),
            decimal(self.fee_cents),
            yes_no(self.autopay).into(),
            churned.into(),
        ]
    }
}

/// Returns a uniform integer in `0..n` that can be subtracted from.
fn below(rng: &mut SplitMix64, n: u64) -> i64 {
    rng.below(n).cast_signed()
}

/// Returns an item, earlier ones more often: the earlier of two uniform picks.
#[expect(clippy::cast_possible_truncation, reason = "a draw is an index")]
fn pick_early<T: Copy>(rng: &mut SplitMix64, items: &[T]) -> T {
    let n = items.len() as u64;
    items[rng.below(n).min(rng.below(n)) as usize]
}

/// Writes cents as a number with two decimals.
fn decimal(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn yes_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pins the bytes (64-bit FNV-1a): the table is part of the documented examples.
    #[test]
    fn bytes_are_stable() {
        let digest = csv().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        assert_eq!(digest, 0xc7ca_1f97_8678_f5ea);
    }

    #[test]
    fn about_a_third_leaves() {
        let yes = csv().lines().filter(|line| line.ends_with(",yes")).count();
        assert!((ROWS / 4..=ROWS * 35 / 100).contains(&yes), "{yes}");
    }

    #[test]
    fn awkward_values_occur() {
        let table = csv();
        let fields = |line: &str| line.replace(r#""Aosta, Valle d'""#, "Aosta").split(',').count();
        assert!(table.lines().all(|line| fields(line) == 11));
        for wanted in [r#","Aosta, Valle d'","#, ",Emilia Romagna,", ",NA,", ",,"] {
            assert!(table.contains(wanted), "{wanted}");
        }
    }
}
