//! Text in other encodings made UTF-8 while it is read.

use std::fmt;
use std::io::{self, Read};

/// How the text of an input is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; other bytes are kept as they are.
    Utf8,
    /// UTF-16 of the byte order that its mark tells, without a mark the one that the first
    /// character tells. Half of a surrogate pair, which is no character, becomes bytes that are no UTF-8.
    Utf16,
    /// ISO 8859-1: every byte is the character of its number.
    Latin1,
    /// Windows code page 1252, which has more characters where Latin-1 has control characters.
    Windows1252,
}

impl Encoding {
    /// Every encoding, with its name on a command line.
    pub const ALL: [(&'static str, Self); 4] = [
        ("utf-8", Self::Utf8),
        ("utf-16", Self::Utf16),
        ("latin1", Self::Latin1),
        ("windows-1252", Self::Windows1252),
    ];

    /// The encoding of a name.
    ///
    /// # Errors
    ///
    /// The names there are.
    pub fn parse(name: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, encoding)| *encoding).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
            let meant = Self::meant(name).map(|name| format!("; did you mean {name}?"));
            format!("expected one of {}{}", names.join(", "), meant.unwrap_or_default())
        })
    }

    /// The name here of an encoding that others call otherwise, such as `cp1252`.
    pub fn meant(name: &str) -> Option<&'static str> {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        let folded: String = letters.map(|c| c.to_ascii_lowercase()).collect();
        Some(match folded.as_str() {
            "utf8" | "utf8bom" | "utf8sig" | "ascii" | "usascii" => Self::Utf8.name(),
            "utf16" | "utf16le" | "utf16be" | "ucs2" | "unicode" => Self::Utf16.name(),
            "latin1" | "iso88591" | "88591" | "l1" => Self::Latin1.name(),
            "windows1252" | "cp1252" | "win1252" | "1252" | "ansi" => Self::Windows1252.name(),
            _ => return None,
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Latin1 => "latin1",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// Characters of the bytes 0x80 to 0x9f in Windows-1252; five of them have none and are read as the
/// control character of their number, as browsers do.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// What the bytes of a stream are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Latin1,
    Windows1252,
    Utf16LittleEndian,
    Utf16BigEndian,
}

/// Bytes read at once.
const PIECE: u64 = 1 << 16;

/// A stream of UTF-8 made of a stream in another encoding.
pub(crate) struct Decoder<R> {
    inner: R,
    code: Code,
    /// Bytes that were read and not decoded yet.
    raw: Vec<u8>,
    text: Vec<u8>,
    /// How much of `text` was handed out.
    taken: usize,
    ended: bool,
}

impl<R: Read> Decoder<R> {
    pub(crate) fn new(inner: R, code: Code) -> Self {
        Self { inner, code, raw: Vec::new(), text: Vec::new(), taken: 0, ended: false }
    }

    /// Decodes the next piece.
    fn fill(&mut self) -> io::Result<()> {
        let n = self.inner.by_ref().take(PIECE).read_to_end(&mut self.raw)?;
        self.ended = (n as u64) < PIECE;
        self.text.clear();
        self.taken = 0;
        match self.code {
            Code::Latin1 => {
                self.raw.drain(..).for_each(|byte| push(char::from(byte), &mut self.text));
            }
            Code::Windows1252 => {
                let char_of = |byte: u8| match byte {
                    0x80..=0x9f => WINDOWS_1252.get(usize::from(byte & 0x1f)).copied(),
                    _ => Some(char::from(byte)),
                };
                self.raw.drain(..).filter_map(char_of).for_each(|c| push(c, &mut self.text));
            }
            Code::Utf16LittleEndian => self.fill_utf16(u16::from_le_bytes)?,
            Code::Utf16BigEndian => {
                self.fill_utf16(|[high, low]| u16::from_le_bytes([low, high]))?;
            }
        }
        Ok(())
    }

    fn fill_utf16(&mut self, unit: impl Fn([u8; 2]) -> u16) -> io::Result<()> {
        let pairs = self.raw.as_chunks::<2>().0;
        // A pair of units that the end of the piece cuts in two waits for its other half.
        let open = pairs.last().is_some_and(|last| (0xd800..0xdc00).contains(&unit(*last)));
        let whole = pairs.len() - usize::from(open && !self.ended);
        let units = pairs[..whole].iter().map(|pair| unit(*pair));
        for c in char::decode_utf16(units) {
            match c {
                Ok(c) => push(c, &mut self.text),
                // As UTF-8 would have it if it were a character: no two halves become the same text.
                Err(half) => {
                    let [low, high] = half.unpaired_surrogate().to_le_bytes();
                    let middle = 0x80 | (high & 0x0f) << 2 | low >> 6;
                    self.text.extend([0xe0 | high >> 4, middle, 0x80 | low & 0x3f]);
                }
            }
        }
        self.raw.drain(..2 * whole);
        if self.ended && !self.raw.is_empty() {
            return Err(io::Error::other(HalfCharacter));
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while self.taken == self.text.len() {
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let rest = &self.text[self.taken..];
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        self.taken += n;
        Ok(n)
    }
}

/// Adds a character to a text.
fn push(c: char, text: &mut Vec<u8>) {
    text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// A UTF-16 stream with an odd number of bytes.
#[derive(Debug)]
pub(crate) struct HalfCharacter;

impl std::error::Error for HalfCharacter {}

impl fmt::Display for HalfCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is UTF-16 and ends in the middle of a character")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(bytes: &[u8], code: Code) -> io::Result<String> {
        let mut text = String::new();
        Decoder::new(bytes, code).read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn other_names_of_an_encoding_are_understood_but_not_taken() {
        for (name, meant) in [
            ("cp1252", "windows-1252"),
            ("latin-1", "latin1"),
            ("ISO-8859-1", "latin1"),
            ("utf_8", "utf-8"),
            ("UTF-16LE", "utf-16"),
        ] {
            let error = Encoding::parse(name).unwrap_err();
            assert!(error.ends_with(&format!("; did you mean {meant}?")), "{error}");
        }
        assert!(Encoding::parse("koi8-r").unwrap_err().ends_with("latin1, windows-1252"));
    }

    #[test]
    fn code_pages_have_their_characters() {
        let bytes: Vec<u8> = (0..=255).collect();
        let latin1 = decode(&bytes, Code::Latin1).unwrap();
        assert!(latin1.chars().map(u32::from).eq(0..256));
        let text = decode(b"na\xefve \x80 \x93x\x94 \x9f\x81", Code::Windows1252).unwrap();
        assert_eq!(text, "naïve € “x” Ÿ\u{81}");
    }

    #[test]
    fn half_a_character_at_the_end_is_an_error() {
        assert!(decode(b"a\0b", Code::Utf16LittleEndian).is_err());
    }

    #[test]
    fn half_a_pair_is_no_utf8_and_like_no_other_half() {
        let bytes = |half: u16| {
            let mut bytes = Vec::new();
            let raw: Vec<u8> = [0x61, half, 0x62].into_iter().flat_map(u16::to_le_bytes).collect();
            Decoder::new(raw.as_slice(), Code::Utf16LittleEndian).read_to_end(&mut bytes).unwrap();
            bytes
        };
        let mut seen = std::collections::HashSet::new();
        for half in 0xd800..=0xdfff {
            let bytes = bytes(half);
            let error = std::str::from_utf8(&bytes).unwrap_err();
            assert!(error.valid_up_to() == 1 && bytes.ends_with(b"b"), "{bytes:?}");
            assert!(seen.insert(bytes), "{half:x}");
        }
        // At the end of the input, and the last of them by hand.
        assert_eq!(bytes(0xdfff), b"a\xed\xbf\xbfb");
    }

    proptest! {
        #[test]
        fn utf_16_is_what_was_encoded(text in "[a\u{e9}\u{20ac}\u{1f600}\n]{0,40}", pad in 0usize..4) {
            // Characters lie across the ends of pieces.
            let text = "x".repeat((1 << 15) - pad) + &text;
            let units: Vec<u16> = text.encode_utf16().collect();
            let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
            let big: Vec<u8> = little.as_chunks::<2>().0.iter().flat_map(|[a, b]| [*b, *a]).collect();
            prop_assert_eq!(decode(&little, Code::Utf16LittleEndian).unwrap(), text.as_str());
            prop_assert_eq!(decode(&big, Code::Utf16BigEndian).unwrap(), text);
        }
    }
}
