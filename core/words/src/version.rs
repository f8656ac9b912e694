//! Phrases for the versions of a configuration, and for the test of a new key.

use adit_api::{PublicKey, RotationTest, TunnelView, VersionOrigin, VersionView};

use crate::Words;

impl Words {
    /// Describes a version at `now` (Unix milliseconds): when it was made, and how.
    pub fn version(&self, version: &VersionView, now: u64) -> String {
        let id = if version.is_current { "version-line-current" } else { "version-line" };
        let ago = self.ago(version.saved_at, now);
        self.say(id, &[("ago", ago.into()), ("origin", self.version_origin(&version.origin).into())])
    }

    fn version_origin(&self, origin: &VersionOrigin) -> String {
        match origin {
            VersionOrigin::Imported => self.say("version-imported", &[]),
            VersionOrigin::Edited => self.say("version-edited", &[]),
            VersionOrigin::Restored { version } => self.say("version-restored", &[("version", version.to_string().into())]),
            VersionOrigin::Rotated => self.say("version-rotated", &[]),
            VersionOrigin::Saved => self.say("version-saved", &[]),
        }
    }

    /// Describes which peers know a new key, one peer on each line.
    pub fn rotation_test(&self, tunnel: &TunnelView, test: &RotationTest) -> Vec<String> {
        let RotationTest { answered, silent, not_asked } = test;
        let lines = |id: &'static str, peers: &[PublicKey]| -> Vec<String> {
            peers.iter().map(|key| self.say(id, &[("peer", self.peer(tunnel, key).into())])).collect()
        };
        [lines("rotation-answered", answered), lines("rotation-silent", silent), lines("rotation-not-asked", not_asked)].concat()
    }
}
