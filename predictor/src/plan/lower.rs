//! A program to a plan.

use std::ops::Range;
use std::sync::Arc;

use model_format::Pipeline;
use model_format::manifest::ColumnKind;
use model_format::program::ops::affine::AffineForm;
use model_format::program::ops::bayes::Likelihood;
use model_format::program::ops::labels::{Label, LabelRule};
use model_format::program::ops::links::{Link, LinkForm};
use model_format::program::ops::support_vectors::SupportVectors;
use model_format::program::ops::terms::Terms;
use model_format::program::slot::Run;
use model_format::program::{Op, Placed, Program};

use super::chain::{Chain, Step};
use super::places::{LastReads, Place, is_list};
use super::stage::{Estimator, Normalise, Pairs, Plan, Stage, Tail};
use super::trees::Trees;
use crate::block::{Category, Layout, View, full_capacity};
use crate::kernels::forest::ForestKernel;
use crate::kernels::unary::Map;

/// The plan of a pipeline.
pub(crate) fn lower(pipeline: &Pipeline) -> Plan {
    let (schema, program) = (pipeline.schema(), pipeline.program());
    let mut next = (0, 0, 0);
    let place = |n: &mut usize| std::mem::replace(n, *n + 1);
    let columns = schema.columns().iter().map(|column| match column.kind {
        ColumnKind::Numeric => Place::Number(place(&mut next.0)),
        ColumnKind::Text { .. } => Place::Code(place(&mut next.1)),
        ColumnKind::Document => Place::Document(place(&mut next.2)),
    });
    let places: Vec<Place> = columns.collect();
    let (n_numeric, n_categorical, n_documents) = next;
    let last_reads = LastReads::of(program);
    let mut live = vec![0; n_numeric];
    for (slot, place) in places.iter().enumerate() {
        if let Place::Number(column) = place {
            live[*column] = last_reads.of_slot(slot);
        }
    }
    let mut lowering = Lowering {
        last_reads,
        places,
        live,
        n_codes: n_categorical + n_documents,
        n_lists: 0,
        columns: vec![Chain::default(); n_numeric],
        stages: Vec::new(),
    };
    let ops = program.ops();
    let (n_before, direct) = direct(program);
    for (index, placed) in ops.iter().enumerate().take(n_before) {
        let terms = placed.op.get::<Terms>();
        match terms.filter(|_| is_list(program, placed.output)) {
            Some(terms) => lowering.list(terms, placed.output),
            None => lowering.op(index, placed),
        }
    }
    let tail = match direct {
        Some((placed, link, label)) => {
            let (estimator, view) = lowering.estimator(&placed.op);
            Tail::Direct {
                estimator,
                view,
                link: link.map(|(_, form)| form),
                of_probabilities: label
                    .zip(link)
                    .is_some_and(|(label, (link, _))| label.input() != link.input()),
                label: label.map(Label::rule),
            }
        }
        None => lowering.columns_of(program),
    };
    let Lowering { live, n_codes, n_lists, columns, stages, .. } = lowering;
    let n_values = program.head().numbers.width();
    let documents = (n_categorical, n_documents);
    let layout =
        Layout { numbers: live.len(), codes: n_codes, documents, lists: n_lists, values: n_values };
    let mut plan = Plan { layout, columns, stages, tail };
    let capacity = full_capacity(&plan.layout);
    for estimator in plan.estimators() {
        match estimator {
            Estimator::Forest(forest) => forest.size_for(capacity),
            Estimator::Linear(_)
            | Estimator::Trees(_)
            | Estimator::Bayes(_)
            | Estimator::Neighbors(_)
            | Estimator::SupportVectors(_)
            | Estimator::Centroids(_) => {}
        }
    }
    plan
}

/// The ops that make the prediction of an estimator's outputs, if the last ops do only that: the estimator, its
/// link and its label; and how many ops come before them.
type Direct<'a> = Option<(&'a Placed, Option<(&'a Link, Normalise)>, Option<&'a Label>)>;

fn direct(program: &Program) -> (usize, Direct<'_>) {
    let (ops, head) = (program.ops(), program.head());
    let none = (ops.len(), None);
    let last = |ops: &'_ [Placed]| ops.split_last().map(|(last, _)| last.output);
    let label = ops.last().and_then(|placed| placed.op.get::<Label>());
    let label = label.filter(|_| last(ops).map(|output| output.first) == head.label);
    let rest = &ops[..ops.len() - usize::from(label.is_some())];
    let link = rest.last().and_then(|placed| placed.op.get::<Link>());
    let link = link.filter(|_| last(rest) == Some(head.numbers));
    let link = link.and_then(|link| Some((link, computed(link.form()).ok()?)));
    let rest = &rest[..rest.len() - usize::from(link.is_some())];
    let [before @ .., estimator] = rest else { return none };
    let (sums, numbers) = (estimator.output, head.numbers);
    let fits = match &estimator.op {
        Op::Linear(_)
        | Op::Trees(_)
        | Op::NodeTrees(_)
        | Op::Bayes(_)
        | Op::Neighbors(_)
        | Op::SupportVectors(_) => {
            let linked = link.map_or(sums == numbers, |(link, _)| link.input() == sums);
            let labelled = label.map_or(head.label.is_none(), |label| {
                label.input() == sums || label.input() == numbers
            });
            // What a link makes takes the place of the sums for all rules but those that read sums as they are.
            let of_sums = link.is_none()
                || label.is_none_or(|label| {
                    label.input() == numbers
                        || match label.rule() {
                            LabelRule::FirstMaximum
                            | LabelRule::AtLeast(_)
                            | LabelRule::Above(_) => true,
                            LabelRule::LastMaximum | LabelRule::PairVotes { .. } => false,
                        }
                });
            // Machines give their values row by row, which no link reads.
            let by_row = estimator.op.get::<SupportVectors>().is_some();
            linked && labelled && of_sums && !(by_row && link.is_some())
        }
        Op::Centroids(_) => {
            let own =
                head.label == Some(sums.first) && sums.first.checked_add(1) == Some(numbers.first);
            own && link.is_none() && label.is_none()
        }
        Op::Select(_)
        | Op::Impute(_)
        | Op::Affine(_)
        | Op::OneHot(_)
        | Op::Projection(_)
        | Op::Link(_)
        | Op::Label(_)
        | Op::Unary(_)
        | Op::NumberToCode(_)
        | Op::MapCode(_)
        | Op::Require(_)
        | Op::Product(_)
        | Op::RowNorm(_)
        | Op::Interpolate(_)
        | Op::Spline(_)
        | Op::Average(_)
        | Op::Terms(_) => false,
    };
    if fits { (before.len(), Some((estimator, link, label))) } else { none }
}

/// How a link is computed.
fn computed(form: LinkForm) -> Result<Normalise, Pairs> {
    match form {
        LinkForm::Logistic => Ok(Normalise::Logistic),
        LinkForm::Softmax => Ok(Normalise::Softmax),
        LinkForm::Complement => Ok(Normalise::Complement),
        LinkForm::Shares => Ok(Normalise::Shares),
        LinkForm::PairScores { n_labels, above } => {
            Err(Pairs::Scores { n_labels: n_labels as usize, above })
        }
        LinkForm::PairCoupling { n_labels } => Err(Pairs::Coupling { n_labels: n_labels as usize }),
    }
}

/// A plan on its way.
pub(super) struct Lowering {
    last_reads: LastReads,
    /// Of the slots so far.
    pub(super) places: Vec<Place>,
    /// The last op that reads each column of numbers, under any slot.
    live: Vec<usize>,
    pub(super) n_codes: usize,
    /// Lists of terms so far.
    pub(super) n_lists: usize,
    columns: Vec<Chain>,
    pub(super) stages: Vec<Stage>,
}

impl Lowering {
    /// New columns of numbers for what an op writes.
    pub(super) fn allocate(&mut self, output: Run) -> Range<usize> {
        let first = self.live.len();
        for slot in output.range() {
            self.places.push(Place::Number(self.live.len()));
            self.live.push(self.last_reads.of_slot(slot));
        }
        first..self.live.len()
    }

    fn op(&mut self, index: usize, placed: &Placed) {
        let Placed { op, output } = placed;
        match op {
            Op::Select(select) => {
                let slots = select.runs().iter().flat_map(|run| run.range());
                let places: Vec<Place> = slots.map(|slot| self.places[slot]).collect();
                let first = self.places.len();
                for (at, place) in places.into_iter().enumerate() {
                    let last = self.last_reads.of_slot(first + at);
                    if let Place::Number(column) = place {
                        self.live[column] = self.live[column].max(last);
                    }
                    self.places.push(place);
                }
            }
            Op::Impute(impute) => {
                let steps = impute.values().iter().map(|value| Step::Impute(*value));
                self.steps(index, impute.input(), *output, steps);
            }
            Op::Affine(affine) => {
                let numbers = affine.a().iter().zip(affine.b());
                let form = affine.form();
                let steps = numbers.map(|(a, b)| match form {
                    AffineForm::SubtractDivide => Step::SubtractDivide(*a, *b),
                    AffineForm::MultiplyAdd => Step::MultiplyAdd(*a, *b),
                });
                self.steps(index, affine.input(), *output, steps);
            }
            Op::OneHot(one_hot) => {
                for (slot, part) in one_hot.input().range().zip(one_hot.parts()) {
                    let Place::Code(codes) = self.places[slot] else { continue };
                    let n = u32::try_from(part.len()).unwrap_or(u32::MAX);
                    self.places.extend((0..n).map(|code| Place::Category { codes, code, n }));
                }
            }
            Op::Projection(projection) => {
                let view = self.view(projection.input(), true);
                let to = self.allocate(*output).start;
                self.stages.push(Stage::Project { projection: projection.clone(), view, to });
            }
            Op::Linear(_)
            | Op::Trees(_)
            | Op::NodeTrees(_)
            | Op::Bayes(_)
            | Op::Neighbors(_)
            | Op::SupportVectors(_) => {
                let (estimator, view) = self.estimator(op);
                let to = self.allocate(*output).start;
                self.stages.push(Stage::Estimate { estimator, view, to, code: None });
            }
            Op::Centroids(_) => {
                let (estimator, view) = self.estimator(op);
                let code = self.code();
                let to = self.allocate(Run::one(output.first.saturating_add(1))).start;
                self.stages.push(Stage::Estimate { estimator, view, to, code: Some(code) });
            }
            Op::Link(link) => {
                let view = self.view(link.input(), false);
                let to = self.allocate(*output).start;
                self.stages.push(match computed(link.form()) {
                    Ok(form) => Stage::Link { from: view.numbers, form, to },
                    Err(pairs) => Stage::Pairs { pairs, view, to },
                });
            }
            Op::Label(label) => {
                let from = self.view(label.input(), false).numbers;
                let to = self.code();
                self.stages.push(Stage::Label { from, rule: label.rule(), to });
            }
            Op::Unary(unary) => {
                let slots = 0..unary.input().width();
                let steps = slots.map(|i| Step::Map(Map::of(unary.function(), i)));
                self.steps(index, unary.input(), *output, steps);
            }
            Op::NumberToCode(op) => self.number_to_code(op),
            Op::MapCode(op) => self.map_code(op, *output),
            Op::Require(op) => self.require(index, *op, *output),
            Op::Product(op) => self.product(op, *output),
            Op::RowNorm(op) => self.row_norm(index, *op, *output),
            Op::Interpolate(op) => self.interpolate(index, op, *output),
            Op::Spline(op) => self.spline(op, *output),
            Op::Terms(op) => self.terms(op, *output),
            Op::Average(average) => {
                let view = self.view(average.input(), false);
                let to = self.allocate(*output).start;
                self.stages.push(Stage::Average { average: average.clone(), view, to });
            }
        }
    }

    /// A new column of codes for the next slot.
    pub(super) fn code(&mut self) -> usize {
        self.places.push(Place::Code(self.n_codes));
        self.n_codes += 1;
        self.n_codes - 1
    }

    /// An op on single columns.
    fn steps(&mut self, index: usize, input: Run, output: Run, steps: impl Iterator<Item = Step>) {
        let columns = self.own_columns(index, input, output);
        for (column, step) in columns.into_iter().flatten().zip(steps) {
            self.places.push(Place::Number(column));
            let first = self.stages.is_empty();
            match self.columns.get_mut(column) {
                Some(chain) if first => chain.push(step),
                _ => self.stages.push(Stage::Column {
                    from: column,
                    to: column,
                    chain: Chain(vec![step]),
                }),
            }
        }
    }

    /// The columns of an op that works in place, `None` for codes: its own where no other op reads the column
    /// any more, else a copy.
    pub(super) fn own_columns(
        &mut self,
        index: usize,
        input: Run,
        output: Run,
    ) -> Vec<Option<usize>> {
        let mut seen = std::collections::HashSet::new();
        let in_place = |slot: usize| match self.places[slot] {
            Place::Number(column) if self.live[column] <= index => Some(column),
            Place::Number(_)
            | Place::Code(_)
            | Place::Category { .. }
            | Place::Document(_)
            | Place::Term { .. } => None,
        };
        // A column that is there twice serves once.
        let in_place: Vec<Option<usize>> = input
            .range()
            .map(|slot| in_place(slot).filter(|column| seen.insert(*column)))
            .collect();
        // Copies are taken before anything changes in place.
        let mut columns = Vec::with_capacity(in_place.len());
        for ((slot, column), to) in input.range().zip(in_place).zip(output.range()) {
            let column = match (column, self.places[slot]) {
                (None, Place::Code(_) | Place::Document(_) | Place::Term { .. }) => None,
                (Some(column), _) => Some(column),
                (None, place @ (Place::Number(_) | Place::Category { .. })) => {
                    Some(self.copy(place))
                }
            };
            if let Some(column) = column {
                self.live[column] = self.last_reads.of_slot(to);
            }
            columns.push(column);
        }
        columns
    }

    /// A new column with the values of a place.
    pub(super) fn copy(&mut self, place: Place) -> usize {
        let to = self.live.len();
        self.live.push(0);
        self.stages.push(match place {
            Place::Number(from) => Stage::Column { from, to, chain: Chain::default() },
            Place::Category { codes, code, .. } => Stage::Indicate { codes, code, to },
            Place::Code(codes) => Stage::Number { codes, to },
            Place::Document(_) | Place::Term { .. } => unreachable!("has no numbers in a block"),
        });
        to
    }

    /// The slots of a run as consecutive columns. What is somewhere else is copied; 0/1 features after the
    /// numbers stay codes where the reader can read them.
    fn view(&mut self, run: Run, reads_codes: bool) -> View {
        let places = self.places[run.range()].to_vec();
        if let Some(Place::Term { list }) = places.first() {
            return View { terms: Some(*list), ..View::default() };
        }
        let first = self.live.len();
        if let Some(view) = consecutive(&places) {
            if reads_codes || view.categories.is_empty() {
                return view;
            }
            // The 0/1 features can follow the numbers that end the block.
            let start = if view.numbers.is_empty() { first } else { view.numbers.start };
            if view.numbers.is_empty() || view.numbers.end == first {
                view.categories.into_iter().for_each(|category| self.expand(&category));
                return View { numbers: start..self.live.len(), ..View::default() };
            }
        }
        for place in places {
            self.copy(place);
        }
        View { numbers: first..self.live.len(), ..View::default() }
    }

    /// New columns for the 0/1 features of a categorical column.
    fn expand(&mut self, category: &Category) {
        let (codes, n, to) = (category.codes, category.features.len(), self.live.len());
        self.live.resize(to + n, 0);
        self.stages.push(Stage::Expand { codes, n, to });
    }

    /// The codes of a run.
    fn codes(&self, run: Run, counts: &[usize]) -> View {
        let mut end = 0;
        let columns = self.places[run.range()].iter().zip(counts);
        let categories = columns.filter_map(|(place, n)| {
            let start = end;
            end += n;
            match place {
                Place::Code(codes) => Some(Category { codes: *codes, features: start..end }),
                Place::Number(_)
                | Place::Category { .. }
                | Place::Document(_)
                | Place::Term { .. } => None,
            }
        });
        View { categories: categories.collect(), ..View::default() }
    }

    /// What has a kernel of its own, and what it reads.
    fn estimator(&mut self, op: &Op) -> (Estimator, View) {
        let input = op.inputs().first().copied().unwrap_or(Run { first: 0, len: 0 });
        match op {
            Op::Linear(linear) => (Estimator::Linear(linear.clone()), self.view(input, true)),
            Op::NodeTrees(trees) => {
                let trees = Trees::new(trees.clone(), input.width());
                (Estimator::Trees(Box::new(trees)), self.view(input, false))
            }
            Op::Trees(trees) => {
                let kernel = ForestKernel::new(Arc::clone(trees.forest()));
                (Estimator::Forest(Box::new(kernel)), self.view(input, false))
            }
            Op::Bayes(bayes) => {
                let view = match bayes.likelihood() {
                    Likelihood::Categorical(_) => self.codes(input, bayes.parts()),
                    Likelihood::Gaussian { .. }
                    | Likelihood::Bernoulli { .. }
                    | Likelihood::Multinomial(_) => self.view(input, false),
                };
                (Estimator::Bayes(bayes.clone()), view)
            }
            Op::Neighbors(neighbors) => {
                (Estimator::Neighbors(neighbors.clone()), self.view(input, false))
            }
            Op::SupportVectors(machines) => {
                (Estimator::SupportVectors(machines.clone()), self.view(input, false))
            }
            Op::Centroids(centroids) => {
                (Estimator::Centroids(centroids.clone()), self.view(input, false))
            }
            Op::Select(_)
            | Op::Impute(_)
            | Op::Affine(_)
            | Op::OneHot(_)
            | Op::Projection(_)
            | Op::Link(_)
            | Op::Label(_)
            | Op::Unary(_)
            | Op::NumberToCode(_)
            | Op::MapCode(_)
            | Op::Require(_)
            | Op::Product(_)
            | Op::RowNorm(_)
            | Op::Interpolate(_)
            | Op::Spline(_)
            | Op::Average(_)
            | Op::Terms(_) => unreachable!("has no kernel of its own"),
        }
    }

    /// The prediction as columns of a block.
    fn columns_of(&mut self, program: &Program) -> Tail {
        let numbers = self.view(program.head().numbers, false).numbers.collect();
        let label = program.head().label.and_then(|slot| match self.places[slot as usize] {
            Place::Code(column) => Some(column),
            Place::Number(_) | Place::Category { .. } | Place::Document(_) | Place::Term { .. } => {
                None
            }
        });
        Tail::Columns { numbers, label }
    }
}

/// Places as a view: columns in a row, then all categories of some columns of codes.
fn consecutive(places: &[Place]) -> Option<View> {
    let mut view = View::default();
    // Codes of the last category that are still to come: a view has all of a category.
    let mut rest = 0;
    for (at, place) in places.iter().enumerate() {
        match *place {
            Place::Number(column) if at == 0 => view.numbers = column..column + 1,
            Place::Number(column)
                if column == view.numbers.end && view.categories.is_empty() && at > 0 =>
            {
                view.numbers.end += 1;
            }
            Place::Category { codes, code: 0, n } if rest == 0 => {
                view.categories.push(Category { codes, features: at..at + 1 });
                rest = n.saturating_sub(1);
            }
            Place::Category { codes, code, .. } => match view.categories.last_mut() {
                Some(last) if last.codes == codes && last.features.len() == code as usize => {
                    last.features.end += 1;
                    rest = rest.saturating_sub(1);
                }
                _ => return None,
            },
            Place::Number(_) | Place::Code(_) | Place::Document(_) | Place::Term { .. } => {
                return None;
            }
        }
    }
    (rest == 0).then_some(view)
}
