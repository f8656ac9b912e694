//! Looks up the ids of users and groups by name, in the system's own databases.

use std::io;

/// The user that the service runs as, and the name of its primary group. The group may write to the folder of the service's
/// sockets, so that it must have no other members.
pub const SERVICE: &str = "adit";
/// The group whose members may bring tunnels up and down. It owns no file.
pub const OPERATORS: &str = "adit-operators";

/// Returns the user id for this name. None if there is no such user.
pub fn user(name: &str) -> io::Result<Option<u32>> {
    Ok(nix::unistd::User::from_name(name)?.map(|user| user.uid.as_raw()))
}

/// Returns the group id for this name. None if there is no such group.
pub fn group(name: &str) -> io::Result<Option<u32>> {
    Ok(nix::unistd::Group::from_name(name)?.map(|group| group.gid.as_raw()))
}

/// Returns the names of the members of the service's group, without users whose primary group it is. Empty if there is no such group.
pub fn members_of_service_group() -> io::Result<Vec<String>> {
    Ok(nix::unistd::Group::from_name(SERVICE)?.map(|group| group.mem).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #[test]
    fn root_is_the_first_and_nobody_is_called_by_an_empty_name() {
        assert_eq!(super::user("root").unwrap(), Some(0));
        assert_eq!(super::group("root").unwrap(), Some(0));
        assert_eq!(super::user("").unwrap(), None);
        assert_eq!(super::group("no such group").unwrap(), None);
    }
}
