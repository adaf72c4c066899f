//! Identity and provenance, which people read.

fn pairs(n: usize) -> Vec<(String, String)> {
    vec![(String::new(), String::new()); n]
}

refused_parts! {
    line_feed_in_the_name: softmax, |p| p.manifest.identity.name.push('\n') =>
        Manifest, "name: holds control characters";
    escape_in_the_version: softmax, |p| p.manifest.identity.version = "\u{1b}[2J".into() =>
        Manifest, "version: holds control characters";
    nul_in_the_algorithm: softmax, |p| p.manifest.identity.algorithm.push('\0') =>
        Manifest, "algorithm: holds control characters";
    delete_in_the_trainer_version: softmax, |p| {
        p.manifest.provenance.trainer_version.push('\u{7f}');
    } => Manifest, "trainer version: holds control characters";
    c1_control_in_the_smartcore_version: softmax, |p| {
        p.manifest.provenance.smartcore_version.push('\u{9b}');
    } => Manifest, "smartcore version: holds control characters";
    long_name: softmax, |p| p.manifest.identity.name = "x".repeat(4097) =>
        Structure, "length of name: found 4097, expected 0 to 4096";
    long_version: softmax, |p| p.manifest.identity.version = "x".repeat(4097) =>
        Structure, "length of version";
    long_algorithm: softmax, |p| p.manifest.identity.algorithm = "x".repeat(4097) =>
        Structure, "length of algorithm";
    too_many_options: softmax, |p| p.manifest.provenance.options = pairs(65_537) =>
        Structure, "options: found 65537, expected 0 to 65536";
    too_many_left_out_columns: softmax, |p| p.manifest.provenance.left_out = pairs(65_537) =>
        Structure, "left-out columns: found 65537";
    too_many_metrics: softmax, |p| {
        p.manifest.provenance.metrics = vec![(String::new(), 0.0); 65_537];
    } => Structure, "metrics: found 65537";
    metric_of_nan: softmax, |p| p.manifest.provenance.metrics[0].1 = f64::NAN =>
        Manifest, "metric `score`: NaN";
    metric_of_infinity: softmax, |p| p.manifest.provenance.metrics[0].1 = f64::NEG_INFINITY =>
        Manifest, "metric `score`: -inf";
    too_few_class_counts: softmax, |p| p.manifest.provenance.class_counts.pop() =>
        Structure, "class counts: found 2, expected 3 to 3";
    class_counts_of_a_regression: linear_regression, |p| {
        p.manifest.provenance.class_counts.push(1);
    } => Structure, "class counts: found 1, expected 0 to 0";
}

accepted_parts! {
    empty_identity: softmax, |p| {
        p.manifest.identity.name.clear();
        p.manifest.identity.version.clear();
        p.manifest.identity.algorithm.clear();
        p.manifest.provenance.options.clear();
        p.manifest.provenance.metrics.clear();
    };
    provenance_at_its_limits: softmax, |p| {
        p.manifest.identity.name = "x".repeat(4096);
        p.manifest.provenance.options = pairs(65_536);
        p.manifest.provenance.created = Some(i64::MIN);
        p.manifest.provenance.seed = u64::MAX;
    };
}
