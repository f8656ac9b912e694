//! Recognizes the user at the computer with systemd-logind.

use std::path::Path;

/// The folder from which libsystemd's `sd_uid_get_seats` answers.
pub const USERS: &str = "/run/systemd/users";

/// Returns true if the user with this number has a session in the foreground of a seat (a screen and a keyboard at this
/// computer), but not for a user who is logged in over the network or has switched to another user. `users` is [`USERS`].
pub fn is_active(users: &Path, uid: u32) -> bool {
    std::fs::read_to_string(users.join(uid.to_string())).is_ok_and(|state| has_active_seat(&state))
}

fn has_active_seat(state: &str) -> bool {
    let seats = state.lines().find_map(|line| line.strip_prefix("ACTIVE_SEATS="));
    seats.is_some_and(|seats| !seats.trim_matches('"').trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_session_in_the_foreground_of_a_seat_counts() {
        let users = tempfile::tempdir().unwrap();
        let write = |uid: u32, state: &str| std::fs::write(users.path().join(uid.to_string()), state).unwrap();
        write(1000, "# private\nNAME=ann\nSTATE=active\nSEATS=seat0\nACTIVE_SEATS=seat0\nONLINE_SEATS=seat0\n");
        write(1001, "NAME=ben\nSTATE=online\nSEATS=seat0\nONLINE_SEATS=seat0\n");
        write(1002, "NAME=remote\nSTATE=active\nACTIVE_SESSIONS=4\nACTIVE_SEATS=\n");
        let active: Vec<bool> = (1000..1004).map(|uid| is_active(users.path(), uid)).collect();
        assert_eq!(active, [true, false, false, false]);
    }
}
