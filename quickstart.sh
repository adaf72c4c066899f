#!/bin/sh
# The main job from end to end: build, sample, fit, ship, predict on a folder that has only the
# predictor and one model file. Needs a Rust toolchain and nothing else.
set -eu
cd "$(dirname "$0")"

echo "== build both programs"
cargo build --release --quiet -p trainer -p predictor
bin=${CARGO_TARGET_DIR:-target}/release

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/laptop" "$work/server"

echo "== on the laptop: take a data set, hold a quarter of it back, fit"
"$bin/trainer" sample churn -o "$work/laptop/all.csv"
awk 'NR == 1 || NR % 4 != 0' "$work/laptop/all.csv" > "$work/laptop/train.csv"
awk 'NR == 1 || NR % 4 == 0' "$work/laptop/all.csv" > "$work/server/new.csv"
"$bin/trainer" fit "$work/laptop/train.csv" --target churned -o "$work/laptop/churn.model"

echo "== ship one program and one file"
cp "$bin/predictor" "$work/laptop/churn.model" "$work/server/"
cd "$work/server"
ls -l predictor churn.model

echo "== on the server: check the model, score the rows that training never saw"
./predictor verify churn.model
./predictor predict churn.model new.csv --proba --id customer_id -o scored.csv

echo "== the first rows of scored.csv"
head -n 6 scored.csv
# The held-back rows still carry their label, so the predictions can be counted: the label is the
# last cell of new.csv, the prediction the second one of scored.csv.
awk -F, 'NR == FNR { truth[FNR] = $NF; next }
         FNR > 1 { n++; right += ($2 == truth[FNR]) }
         END { printf "== %d of %d labels right (%.1f %%)\n", right, n, 100 * right / n }' \
    new.csv scored.csv
