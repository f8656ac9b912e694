//! How much of the daemon one user can take, and all users together: nobody, however many connections they open, can keep others from
//! being answered or fill the memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::Goodbye;

/// What is counted, and how much of it is allowed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Connections of one user at once.
    pub clients_per_user: u32,
    /// Connections of all users but root at once. Root can always get in.
    pub clients: u32,
    /// Requests of one user in a second; who asks faster waits.
    pub requests_per_second: u32,
    /// Requests that one user may have saved up for a burst.
    pub burst: u32,
    /// Requests of one user that are worked on at once.
    pub working_per_user: usize,
    /// Requests of all users that are worked on at once.
    pub working: usize,
    /// KiB of frames of one user that are on their way in; as much again on their way out.
    pub kib_per_user: usize,
    /// KiB of frames of all users that are on their way in; as much again on their way out.
    pub kib: usize,
    /// How long a frame may take from its first byte to its last, in either direction, and a client to say hello.
    pub patience: Duration,
    /// How long requests that are being worked on may take to finish when the daemon ends.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clients_per_user: 32,
            clients: 256,
            requests_per_second: 100,
            burst: 200,
            working_per_user: 8,
            working: 32,
            kib_per_user: 4 * 1024,
            kib: 12 * 1024,
            patience: Duration::from_secs(5),
            farewell: Duration::from_secs(5),
        }
    }
}

/// All users that are connected, or have been lately.
pub(crate) struct Accounts {
    limits: Limits,
    users: Mutex<HashMap<u32, Arc<Account>>>,
    /// Requests of all users that are worked on.
    working: Arc<Semaphore>,
    incoming: Arc<Semaphore>,
    outgoing: Arc<Semaphore>,
}

/// One user.
pub(crate) struct Account {
    clients: Mutex<u32>,
    /// When the user's savings will be full again.
    full_at: Mutex<Instant>,
    pub(crate) working: Arc<Semaphore>,
    incoming: Arc<Semaphore>,
    outgoing: Arc<Semaphore>,
}

/// The right to be connected; given back when dropped.
pub(crate) struct Ticket {
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) account: Arc<Account>,
}

/// Room for a frame; given back when dropped.
pub(crate) struct Room {
    _account: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Accounts {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            users: Mutex::default(),
            working: Arc::new(Semaphore::new(limits.working)),
            incoming: Arc::new(Semaphore::new(limits.kib)),
            outgoing: Arc::new(Semaphore::new(limits.kib)),
            limits,
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Lets a client of the user in.
    pub(crate) fn admit(self: &Arc<Self>, uid: u32) -> Result<Ticket, Goodbye> {
        let mut users = lock(&self.users);
        let now = Instant::now();
        users.retain(|_, account| *lock(&account.clients) > 0 || *lock(&account.full_at) > now);
        let others: u32 = users.iter().filter(|(uid, _)| **uid != 0).map(|(_, account)| *lock(&account.clients)).sum();
        if uid != 0 && others >= self.limits.clients {
            return Err(Goodbye::Full);
        }
        let account = Arc::clone(users.entry(uid).or_insert_with(|| Arc::new(self.account(now))));
        let mut clients = lock(&account.clients);
        if *clients >= self.limits.clients_per_user {
            return Err(Goodbye::TooManyClients { limit: self.limits.clients_per_user });
        }
        *clients += 1;
        drop(clients);
        Ok(Ticket { accounts: Arc::clone(self), account })
    }

    fn account(&self, now: Instant) -> Account {
        Account {
            clients: Mutex::new(0),
            full_at: Mutex::new(now),
            working: Arc::new(Semaphore::new(self.limits.working_per_user)),
            incoming: Arc::new(Semaphore::new(self.limits.kib_per_user)),
            outgoing: Arc::new(Semaphore::new(self.limits.kib_per_user)),
        }
    }
}

impl Ticket {
    /// Waits until the user may ask again.
    pub(crate) async fn pace(&self) {
        let limits = self.accounts.limits();
        let each = Duration::from_secs(1) / limits.requests_per_second.max(1);
        let until = {
            let mut full_at = lock(&self.account.full_at);
            *full_at = (*full_at).max(Instant::now()) + each;
            full_at.checked_sub(each * limits.burst)
        };
        if let Some(until) = until {
            tokio::time::sleep_until(until).await;
        }
    }

    /// Waits until the user's request may be worked on by a thread.
    pub(crate) async fn work(&self) -> OwnedSemaphorePermit {
        acquire(&self.accounts.working, 1).await
    }

    /// Waits for room for a frame that is coming in.
    pub(crate) async fn room_in(&self, bytes: usize) -> Room {
        room(&self.account.incoming, &self.accounts.incoming, bytes).await
    }

    /// Waits for room for a frame that is going out.
    pub(crate) async fn room_out(&self, bytes: usize) -> Room {
        room(&self.account.outgoing, &self.accounts.outgoing, bytes).await
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut clients = lock(&self.account.clients);
        *clients = clients.saturating_sub(1);
    }
}

async fn room(account: &Arc<Semaphore>, all: &Arc<Semaphore>, bytes: usize) -> Room {
    let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
    // The user's own first: who waits for that keeps nobody else waiting.
    let own = acquire(account, kib).await;
    Room { _account: own, _all: acquire(all, kib).await }
}

/// The semaphores are never closed, so that this waits for ever rather than fail.
pub(crate) async fn acquire(semaphore: &Arc<Semaphore>, permits: u32) -> OwnedSemaphorePermit {
    match Arc::clone(semaphore).acquire_many_owned(permits).await {
        Ok(permit) => permit,
        Err(_) => std::future::pending().await,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(limits: Limits) -> Arc<Accounts> {
        Arc::new(Accounts::new(limits))
    }

    #[test]
    fn a_user_gets_32_clients_and_cannot_take_those_of_others() {
        let accounts = accounts(Limits { clients: 40, ..Limits::default() });
        let mut tickets: Vec<Ticket> = (0..32).map(|_| accounts.admit(1000).ok().unwrap()).collect();
        assert_eq!(accounts.admit(1000).err(), Some(Goodbye::TooManyClients { limit: 32 }));
        tickets.extend((0..8).map(|_| accounts.admit(1001).ok().unwrap()));
        assert_eq!(accounts.admit(1001).err(), Some(Goodbye::Full));
        assert!(accounts.admit(0).is_ok(), "root always gets in");
        tickets.truncate(31);
        assert!(accounts.admit(1000).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_free_and_then_it_is_a_hundred_a_second() {
        let accounts = accounts(Limits::default());
        let ticket = accounts.admit(1000).ok().unwrap();
        let start = Instant::now();
        for _ in 0..200 {
            ticket.pace().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..100 {
            ticket.pace().await;
        }
        assert_eq!(start.elapsed().as_millis().div_ceil(100), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn who_connects_anew_has_not_saved_up_anything() {
        let accounts = accounts(Limits::default());
        let start = Instant::now();
        for _ in 0..300 {
            accounts.admit(1000).ok().unwrap().pace().await;
        }
        assert!(start.elapsed() >= Duration::from_millis(900), "{:?}", start.elapsed());
    }
}
