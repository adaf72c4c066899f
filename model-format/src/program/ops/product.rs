//! Products of numbers: polynomial features and interactions.

use serde::{Deserialize, Serialize};

use crate::buffer::Array;
use crate::error::Result;
use crate::fields::Dtype;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};

/// Products of two factors each, which are numbers of the run or earlier products of the same op.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductSpec {
    /// Numbers, none of them missing.
    pub input: Run,
    /// How many products there are.
    pub n_products: u32,
    /// The factors, u32 `[n_products, 2]`: below the length of the run its number, from there on a product.
    pub factors: ArrayId,
}

/// Checked products.
#[derive(Clone, Debug)]
pub struct Product {
    input: Run,
    factors: Array<u32>,
}

impl ProductSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Product, Run)> {
        let n = scope.numbers("input", self.input, false)?;
        let n_products = scope.width("products", self.n_products, 1)?;
        let shape = [Some(n_products), Some(2)];
        let factors = scope.array::<u32>(self.factors, Dtype::U32, &shape)?;
        let pairs = factors.as_slice().chunks_exact(2).enumerate();
        for (product, pair) in pairs {
            let before = n.saturating_add(product);
            if let Some(factor) = pair.iter().find(|factor| **factor as usize >= before) {
                let what =
                    format!("product {product} has factor {factor}, there are {before} before it");
                return Err(scope.error("factors", what));
            }
        }
        let output = scope.write((0..n_products).map(|_| SlotType::NUMBER))?;
        Ok((Product { input: self.input, factors }, output))
    }
}

impl Product {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// The factors of each product.
    pub fn factors(&self) -> impl Iterator<Item = [usize; 2]> {
        self.factors.as_slice().as_chunks().0.iter().map(|pair| pair.map(|at| at as usize))
    }
}

impl Facts for Product {
    const NAME: &'static str = "product";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        true
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        self.factors.as_slice().len() as u64
    }
}
