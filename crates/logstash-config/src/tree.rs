//! What was found in a text, as compact lists of spans in the order of the text.

use std::ops::Range;

use super::configuration::SectionKind;

/// Where something stands; half the size of a `Range<usize>`.
#[derive(Clone, Copy)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(super) fn new(range: &Range<usize>) -> Self {
        Self { start: offset(range.start), end: offset(range.end) }
    }

    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Texts of more than 4 GiB are refused before anything is read.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[derive(Clone, Copy)]
pub(super) struct SectionNode {
    pub(super) kind: SectionKind,
    pub(super) span: Span,
}

pub(super) struct PluginNode {
    pub(super) name: Span,
    /// From the opening brace to behind the closing one.
    pub(super) body: Span,
    pub(super) section: u32,
    /// The plugin in whose value it stands, as its index and one; 0 for none.
    pub(super) outer: u32,
    /// Its attributes, with those of the plugins in their values.
    pub(super) attributes: Span,
}

pub(super) struct AttributeNode {
    pub(super) name: Span,
    pub(super) value: Span,
    /// The attribute behind those of the plugins in its value.
    pub(super) next: u32,
}

/// Everything that is found, in the order of the text.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) sections: Vec<SectionNode>,
    pub(super) plugins: Vec<PluginNode>,
    pub(super) attributes: Vec<AttributeNode>,
}

/// How much a tree held at some time.
#[derive(Clone, Copy)]
pub(super) struct Size(usize, usize);

impl Tree {
    pub(super) fn size(&self) -> Size {
        Size(self.plugins.len(), self.attributes.len())
    }

    /// Forgets what was found since.
    pub(super) fn truncate(&mut self, size: Size) {
        self.plugins.truncate(size.0);
        self.attributes.truncate(size.1);
    }

    pub(super) fn begin_section(&mut self, kind: SectionKind, keyword: &Range<usize>) {
        self.sections.push(SectionNode { kind, span: Span::new(keyword) });
    }

    pub(super) fn end_section(&mut self, end: usize) {
        if let Some(section) = self.sections.last_mut() {
            section.span.end = offset(end);
        }
    }

    /// Returns the plugin's index and one.
    pub(super) fn begin_plugin(&mut self, name: &Range<usize>, brace: usize, outer: u32) -> u32 {
        let first = offset(self.attributes.len());
        self.plugins.push(PluginNode {
            name: Span::new(name),
            body: Span::new(&(brace..brace)),
            section: offset(self.sections.len()).saturating_sub(1),
            outer,
            attributes: Span { start: first, end: first },
        });
        offset(self.plugins.len())
    }

    pub(super) fn end_plugin(&mut self, plugin: u32, end: usize) {
        let attributes = offset(self.attributes.len());
        if let Some(node) = self.plugins.get_mut((plugin as usize).wrapping_sub(1)) {
            node.body.end = offset(end);
            node.attributes.end = attributes;
        }
    }

    /// Returns the attribute's index.
    pub(super) fn begin_attribute(&mut self, name: &Range<usize>) -> usize {
        let name = Span::new(name);
        self.attributes.push(AttributeNode { name, value: name, next: 0 });
        self.attributes.len() - 1
    }

    pub(super) fn end_attribute(&mut self, attribute: usize, value: &Range<usize>) {
        let next = offset(self.attributes.len());
        if let Some(node) = self.attributes.get_mut(attribute) {
            node.value = Span::new(value);
            node.next = next;
        }
    }
}
