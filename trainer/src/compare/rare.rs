//! Labels with fewer rows than there are folds.

/// Labels that are named one by one; of more, so many are named.
const FEW: usize = 3;

/// Warns of labels that some folds will not hold out; `counts` are their rows.
pub(super) fn warnings(labels: &[String], counts: &[u64], folds: usize) -> Vec<String> {
    let of = |is: &dyn Fn(u64) -> bool| {
        labels.iter().zip(counts).filter(|(_, n)| is(**n)).collect::<Vec<_>>()
    };
    let names = |rare: &[(&String, &u64)]| {
        let some = rare.iter().take(FEW).map(|(label, _)| format!("`{label}`"));
        format!("{} labels, such as {},", rare.len(), some.collect::<Vec<_>>().join(", "))
    };
    let (single, few) = (of(&|n| n == 1), of(&|n| n > 1 && n < folds as u64));
    let mut warnings = Vec::new();
    if single.len() > FEW {
        warnings.push(format!(
            "{} have one row each: it is in every training part and never held out, so nothing is known of how well they are predicted",
            names(&single)
        ));
    } else {
        warnings.extend(single.iter().map(|(label, _)| format!(
            "label `{label}` has one row: it is in every training part and never held out, so nothing is known of how well it is predicted"
        )));
    }
    if few.len() > FEW {
        let fewest = few.iter().map(|(_, n)| **n).min().unwrap_or_default();
        warnings.push(format!(
            "{} have {fewest} rows or a few more for {folds} folds: some hold none of them out",
            names(&few)
        ));
    } else {
        warnings.extend(few.iter().map(|(label, n)| {
            format!("label `{label}` has {n} rows for {folds} folds: some hold none of it out")
        }));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::warnings;

    #[test]
    fn rare_labels_are_named_one_by_one_if_they_are_few() {
        let of = |counts: &[u64]| {
            let labels: Vec<String> = (0..counts.len()).map(|i| format!("l{i}")).collect();
            warnings(&labels, counts, 5)
        };
        assert_eq!(of(&[1, 5, 1, 3, 4]).len(), 4);
        assert!(of(&[5; 9]).is_empty());
        let many = of(&[&[9][..], &[1; 60], &[2; 4]].concat());
        assert_eq!(many.len(), 2);
        assert!(many[0].starts_with("60 labels, such as `l1`, `l2`, `l3`, have one row each: "));
        assert!(many[1].starts_with("4 labels, such as `l61`, `l62`, `l63`, have 2 rows or "));
    }
}
