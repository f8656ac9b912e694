//! The texts of drafts. They stay in this process with their keys, until a draft is imported or discarded; what reviews and edits a
//! draft has marks in their place.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use adit_api::{
    ApiError, BlockingClient, BlockingTransport, CallError, ConfigCheck, ConfigText, DraftId, Imported, InterfaceName, Preview,
    TunnelName,
};
use zeroize::Zeroizing;

/// The total size of the texts that are kept, bytes: those of two of the largest answers. Beyond it, the oldest are erased.
const MAX_KEPT_BYTES: usize = 2 * crate::MAX_DRAFTS_BYTES;

/// The texts of all drafts of this process.
#[derive(Default)]
pub struct Drafts(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    next: u32,
    /// Pages that are gone.
    page: u32,
    bytes: usize,
    texts: BTreeMap<DraftId, Zeroizing<String>>,
}

impl std::fmt::Debug for Drafts {
    /// Omits the texts, which contain keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Drafts").field(&self.kept().texts.len()).finish()
    }
}

impl Drafts {
    /// Erases the texts of all drafts, because their page is gone. Those that are being read for it are not kept either.
    pub fn forget(&self) {
        let mut kept = self.kept();
        kept.page = kept.page.wrapping_add(1);
        kept.bytes = 0;
        kept.texts.clear();
    }

    /// Returns the number of the present page, for [`Drafts::keep`].
    pub(crate) fn page(&self) -> u32 {
        self.kept().page
    }

    /// Keeps a text, unless its page is gone.
    pub(crate) fn keep(&self, page: u32, text: Zeroizing<String>) -> DraftId {
        let mut kept = self.kept();
        let id = DraftId(kept.next);
        kept.next = kept.next.wrapping_add(1);
        if page != kept.page {
            return id;
        }
        kept.bytes += text.len();
        kept.texts.insert(id, text);
        while kept.bytes > MAX_KEPT_BYTES
            && let Some((_, oldest)) = kept.texts.pop_first()
        {
            kept.bytes -= oldest.len();
        }
        id
    }

    /// Checks an edited draft.
    pub(crate) fn check<T: BlockingTransport>(
        &self,
        service: &BlockingClient<T>,
        id: DraftId,
        config: &ConfigText,
    ) -> Result<ConfigCheck, CallError<T::Error>> {
        let whole = match self.whole(id, config) {
            Ok(whole) => whole,
            Err(ApiError::Invalid { diagnostics }) => {
                return Ok(ConfigCheck { diagnostics, public_key: None, changes: Vec::new(), changes_left_out: 0 });
            }
            Err(error) => return Err(error.into()),
        };
        let mut check = service.check_config(None, ConfigText::new(whole.to_string()))?;
        config.clear_fixes(&whole, &mut check.diagnostics);
        Ok(check)
    }

    /// Lists the changes that a tunnel of an edited draft would make on this computer.
    pub(crate) fn preview<T: BlockingTransport>(
        &self,
        service: &BlockingClient<T>,
        id: DraftId,
        interface: InterfaceName,
        config: &ConfigText,
    ) -> Result<Preview, CallError<T::Error>> {
        let whole = self.whole(id, config)?;
        service.preview_config(interface, ConfigText::new(whole.to_string()))
    }

    /// Makes a tunnel of an edited draft. The draft stays if that fails.
    pub(crate) fn import<T: BlockingTransport>(
        &self,
        service: &BlockingClient<T>,
        id: DraftId,
        (name, interface): (TunnelName, InterfaceName),
        config: &ConfigText,
    ) -> Result<Imported, CallError<T::Error>> {
        let whole = self.whole(id, config)?;
        let imported = service.import(name, interface, ConfigText::new(whole.to_string()))?;
        self.discard(&[id]);
        Ok(imported)
    }

    /// Erases the texts of drafts.
    pub(crate) fn discard(&self, ids: &[DraftId]) {
        let mut kept = self.kept();
        for id in ids {
            if let Some(text) = kept.texts.remove(id) {
                kept.bytes -= text.len();
            }
        }
    }

    /// Returns an edited text with the keys of the draft in place of its marks.
    fn whole(&self, id: DraftId, edited: &ConfigText) -> Result<Zeroizing<String>, ApiError> {
        let original = self.kept().texts.get(&id).cloned();
        edited.unmasked(&original.ok_or(ApiError::DraftGone)?)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_texts_are_erased_when_too_many_are_kept() {
        let drafts = Drafts::default();
        let large = || Zeroizing::new("#".repeat(MAX_KEPT_BYTES / 2));
        let [first, second] = [(); 2].map(|()| drafts.keep(0, large()));
        let third = drafts.keep(0, Zeroizing::new("#".to_owned()));
        let is_kept = |id: DraftId| drafts.kept().texts.contains_key(&id);
        assert_eq!([first, second, third].map(is_kept), [false, true, true]);
        drafts.discard(&[second, second, first]);
        assert_eq!(drafts.kept().bytes, 1);
    }

    #[test]
    fn texts_are_erased_with_their_page_also_those_that_are_read_meanwhile() {
        let drafts = Drafts::default();
        let text = || Zeroizing::new("#".to_owned());
        let page = drafts.page();
        let ids = [drafts.keep(page, text()), drafts.keep(page, text())];
        drafts.forget();
        let late = drafts.keep(page, text());
        let next = drafts.keep(drafts.page(), text());
        assert!(drafts.kept().texts.keys().eq([&next]) && drafts.kept().bytes == 1, "{drafts:?}");
        assert!(!ids.contains(&late) && late != next);
    }
}
