//! A model taken apart into its manifest and the bytes of its arrays, to be read or damaged.

use model_format::v1::Manifest;

use crate::corrupt;

/// The parts of a model.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The manifest; `manifest.arrays` names the arrays.
    pub manifest: Manifest,
    /// The bytes of each array section.
    pub arrays: Vec<Vec<u8>>,
}

impl Parts {
    /// Takes an undamaged file apart.
    pub fn of(file: &[u8]) -> Self {
        let manifest = Manifest::of_file(file).unwrap();
        Self { manifest, arrays: corrupt::split(file).split_off(1) }
    }

    /// Puts the parts together, with valid digests and without any other check.
    pub fn file(&self) -> Vec<u8> {
        let mut sections = vec![self.manifest.encode().unwrap()];
        sections.extend(self.arrays.iter().cloned());
        corrupt::join(&sections)
    }

    /// The 64-bit words of the array called `name`.
    pub fn words(&self, name: &str) -> Vec<u64> {
        let words = self.arrays[self.index(name)].as_chunks::<8>().0;
        words.iter().map(|word| u64::from_le_bytes(*word)).collect()
    }

    /// Replaces the array called `name`, but not its shape.
    pub fn set_words(&mut self, name: &str, words: &[u64]) {
        let index = self.index(name);
        self.arrays[index] = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    }

    /// Replaces one word of the array called `name`.
    pub fn set_word(&mut self, name: &str, at: usize, word: u64) {
        let mut words = self.words(name);
        words[at] = word;
        self.set_words(name, &words);
    }

    /// Replaces one number of the array called `name`.
    pub fn set_number(&mut self, name: &str, at: usize, number: f64) {
        self.set_word(name, at, number.to_bits());
    }

    /// Replaces the number of a tree node.
    pub fn set_node_value(&mut self, node: usize, value: f64) {
        self.set_number("tree_nodes", 2 * node, value);
    }

    /// Replaces the left child and the feature of a tree node.
    pub fn set_node_links(&mut self, node: usize, left: u32, feature: u32) {
        let word = u64::from(left) + (u64::from(feature) << 32);
        self.set_word("tree_nodes", 2 * node + 1, word);
    }

    /// Index of the array called `name`.
    pub fn index(&self, name: &str) -> usize {
        self.manifest.arrays.iter().position(|array| array.name == name).unwrap()
    }
}
