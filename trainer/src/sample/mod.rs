//! The data sets that the trainer carries, as CSV with a header and LF line ends.
//!
//! They let a first model be trained without any file at hand. Origin and licence
//! of the embedded files are in `data/README.md`.

mod churn;

use std::borrow::Cow;

/// Describes one data set and gives access to its CSV.
pub(crate) struct Sample {
    /// Name on the command line, in kebab case.
    pub(crate) name: &'static str,
    /// Column to predict, the last one.
    pub(crate) target: &'static str,
    /// Kind of target: `classification` or `regression`.
    pub(crate) task: &'static str,
    /// One line on size and content.
    pub(crate) about: &'static str,
    content: Content,
}

/// Says where the CSV comes from.
enum Content {
    Embedded(&'static [u8]),
    Generated(fn() -> String),
}

impl Sample {
    /// Returns the whole CSV, the same bytes on every call and platform.
    pub(crate) fn csv(&self) -> Cow<'static, [u8]> {
        match self.content {
            Content::Embedded(bytes) => Cow::Borrowed(bytes),
            Content::Generated(generate) => Cow::Owned(generate().into_bytes()),
        }
    }
}

/// Lists every data set, the simplest first.
pub(crate) fn all() -> &'static [Sample] {
    &SAMPLES
}

/// Finds a data set by its exact name.
pub(crate) fn find(name: &str) -> Option<&'static Sample> {
    SAMPLES.iter().find(|sample| sample.name == name)
}

static SAMPLES: [Sample; 5] = [
    Sample {
        name: "iris",
        target: "species",
        task: "classification",
        about: "150 irises of three species, 4 measurements in cm",
        content: Content::Embedded(include_bytes!("../../data/iris.csv")),
    },
    Sample {
        name: "breast-cancer",
        target: "diagnosis",
        task: "classification",
        about: "569 tumours, malignant or benign, 30 measurements of cell nuclei",
        content: Content::Embedded(include_bytes!("../../data/breast-cancer.csv")),
    },
    Sample {
        name: "digits",
        target: "digit",
        task: "classification",
        about: "1797 handwritten digits as 8 x 8 grey levels from 0 to 16",
        content: Content::Embedded(include_bytes!("../../data/digits.csv")),
    },
    Sample {
        name: "diabetes",
        target: "progression",
        task: "regression",
        about: "442 patients, progression of the disease from 10 baseline values",
        content: Content::Embedded(include_bytes!("../../data/diabetes.csv")),
    },
    Sample {
        name: "churn",
        target: "churned",
        task: "classification",
        about: "2000 invented customers with categorical columns, missing and quoted values",
        content: Content::Generated(churn::csv),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_has_its_shape_and_target() {
        let shapes = [(150, 5), (569, 31), (1797, 65), (442, 11), (2000, 11)];
        for (sample, (rows, columns)) in all().iter().zip(shapes) {
            let csv = String::from_utf8(sample.csv().into_owned()).unwrap();
            let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
            assert_eq!(header.len(), columns, "{}", sample.name);
            assert_eq!(header.last(), Some(&sample.target));
            assert_eq!(csv.lines().count(), rows + 1, "{}", sample.name);
            assert!(csv.ends_with('\n') && !csv.contains('\r'), "{}", sample.name);
        }
    }

    #[test]
    fn embedded_rows_are_rectangular_numbers() {
        for name in ["iris", "breast-cancer", "digits", "diabetes"] {
            let csv = String::from_utf8(find(name).unwrap().csv().into_owned()).unwrap();
            let columns = csv.lines().next().unwrap().split(',').count();
            for line in csv.lines().skip(1) {
                let fields: Vec<&str> = line.split(',').collect();
                assert_eq!(fields.len(), columns);
                assert!(fields[..columns - 1].iter().all(|field| field.parse::<f64>().is_ok()));
            }
        }
    }

    #[test]
    fn unknown_names_are_not_found() {
        assert!(find("iris").is_some());
        assert!(find("Iris").is_none());
        assert!(find("").is_none());
    }
}
