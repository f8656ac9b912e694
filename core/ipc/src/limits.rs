//! Limits on the daemon's resources for each user and for all users together. No user can keep others from being answered or
//! exhaust the memory, however many connections it opens. Observers (users who may only look) share one part of each resource,
//! however many user ids they have, so that operators always find the rest. Root shares with no other user.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use adit_api::{PeerId, Role};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::Goodbye;
use crate::turns::{Turn, Turns};

/// The limits of the counted resources.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Maximum number of simultaneous connections of one user.
    pub clients_per_user: u32,
    /// Maximum number of simultaneous connections of all users except root. Root can always connect.
    pub clients: u32,
    /// Maximum number of simultaneous connections of all observers; these also count towards `clients`.
    pub observers: u32,
    /// Requests per second of one user. Faster requests wait.
    pub requests_per_second: u32,
    /// Requests that one user may send at once after a pause.
    pub burst: u32,
    /// Requests per second of all observers together.
    pub observers_per_second: u32,
    /// Requests that all observers together may send at once after a pause.
    pub observers_burst: u32,
    /// Requests of one user that are processed at the same time.
    pub working_per_user: usize,
    /// Requests of one user that are processed at the same time and only look; these also count towards `working_per_user`.
    /// Each occupies a processor and none waits for a tunnel. Two requests of an operator may wait for a name server
    /// (previews), so that one is left.
    pub looking_per_user: usize,
    /// Requests of all users except root that are processed at the same time.
    pub working: usize,
    /// Requests of all observers that are processed at the same time; these also count towards `working`.
    pub observers_working: usize,
    /// KiB of one user's frames that are being received; the same amount again for frames that are being sent.
    pub kib_per_user: usize,
    /// KiB of the frames of all users except root that are being received; the same amount again for frames that are being
    /// sent.
    pub kib: usize,
    /// The observers' part of `kib`.
    pub observers_kib: usize,
    /// Time that a frame may take from its first byte to its last, in either direction, and time that a client may take to say
    /// hello.
    pub patience: Duration,
    /// Time that requests in progress may take to finish when the daemon shuts down.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clients_per_user: 32,
            clients: 256,
            observers: 192,
            requests_per_second: 100,
            burst: 200,
            observers_per_second: 400,
            observers_burst: 800,
            working_per_user: 8,
            looking_per_user: 3,
            working: 32,
            observers_working: 16,
            kib_per_user: 4 * 1024,
            kib: 12 * 1024,
            observers_kib: 8 * 1024,
            patience: Duration::from_secs(5),
            farewell: Duration::from_secs(5),
        }
    }
}

/// The accounts of all users that are connected or were connected recently.
pub(crate) struct Accounts {
    limits: Limits,
    users: Mutex<HashMap<PeerId, Arc<Account>>>,
    /// Pools shared by all users except root.
    all: Pools,
    /// Pools shared by all observers. An observer takes its permits from these and from `all`.
    observers: Pools,
    /// Time at which the observers' full burst is available again.
    observers_full_at: Mutex<Instant>,
}

/// Permits that several users share.
struct Pools {
    /// Permits to process a request.
    working: Turns,
    incoming: Arc<Semaphore>,
    outgoing: Arc<Semaphore>,
}

/// The set of users with whom a client shares permits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Class {
    /// No other user.
    Root,
    /// All users except root.
    Operator,
    /// All users except root and, in a smaller pool, all observers.
    Observer,
}

/// The connections and permits of one user.
pub(crate) struct Account {
    user: PeerId,
    clients: Mutex<u32>,
    /// Number of this user's connections that were admitted as an observer's.
    observers: Mutex<u32>,
    /// Time at which the user's full burst is available again.
    full_at: Mutex<Instant>,
    pub(crate) working: Arc<Semaphore>,
    looking: Arc<Semaphore>,
    incoming: Arc<Semaphore>,
    outgoing: Arc<Semaphore>,
}

/// Permission to be connected. Given back when dropped.
pub(crate) struct Ticket {
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) account: Arc<Account>,
    class: Class,
}

/// Memory permits for one frame. Given back when dropped.
pub(crate) struct Room {
    _account: OwnedSemaphorePermit,
    _shared: Shared,
}

/// Permission to occupy a thread with a request. Given back when dropped.
pub(crate) struct Work {
    _looking: Option<OwnedSemaphorePermit>,
    _observers: Option<Turn>,
    _all: Option<Turn>,
}

/// Permits of all pools that a client shares. Given back when dropped.
struct Shared {
    _observers: Option<OwnedSemaphorePermit>,
    _all: Option<OwnedSemaphorePermit>,
}

impl Pools {
    fn new(working: usize, kib: usize) -> Self {
        let pool = |size| Arc::new(Semaphore::new(size));
        Self { working: Turns::new(working), incoming: pool(kib), outgoing: pool(kib) }
    }
}

impl Accounts {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            users: Mutex::default(),
            all: Pools::new(limits.working, limits.kib),
            observers: Pools::new(limits.observers_working, limits.observers_kib),
            observers_full_at: Mutex::new(Instant::now()),
            limits,
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Admits a client whose user has the role `standing` without polkit being asked.
    pub(crate) fn admit(self: &Arc<Self>, user: &PeerId, standing: Role) -> Result<Ticket, Goodbye> {
        let class = Class::of(user, standing);
        let mut users = lock(&self.users);
        let now = Instant::now();
        users.retain(|_, account| *lock(&account.clients) > 0 || *lock(&account.full_at) > now);
        let others: u32 =
            users.iter().filter(|(user, _)| !user.is_administrator()).map(|(_, account)| *lock(&account.clients)).sum();
        let observers: u32 = users.values().map(|account| *lock(&account.observers)).sum();
        let is_full = match class {
            Class::Root => false,
            Class::Operator => others >= self.limits.clients,
            Class::Observer => others >= self.limits.clients || observers >= self.limits.observers,
        };
        if is_full {
            return Err(Goodbye::Full);
        }
        let account = Arc::clone(users.entry(user.clone()).or_insert_with(|| Arc::new(self.account(user, now))));
        let mut clients = lock(&account.clients);
        if *clients >= self.limits.clients_per_user {
            return Err(Goodbye::TooManyClients { limit: self.limits.clients_per_user });
        }
        *clients += 1;
        drop(clients);
        if class == Class::Observer {
            *lock(&account.observers) += 1;
        }
        Ok(Ticket { accounts: Arc::clone(self), account, class })
    }

    fn account(&self, user: &PeerId, now: Instant) -> Account {
        Account {
            user: user.clone(),
            clients: Mutex::new(0),
            observers: Mutex::new(0),
            full_at: Mutex::new(now),
            working: Arc::new(Semaphore::new(self.limits.working_per_user)),
            looking: Arc::new(Semaphore::new(self.limits.looking_per_user)),
            incoming: Arc::new(Semaphore::new(self.limits.kib_per_user)),
            outgoing: Arc::new(Semaphore::new(self.limits.kib_per_user)),
        }
    }
}

impl Class {
    fn of(user: &PeerId, role: Role) -> Self {
        match role {
            _ if user.is_administrator() => Self::Root,
            Role::Operate | Role::Administer => Self::Operator,
            Role::Status => Self::Observer,
        }
    }
}

impl Ticket {
    /// Waits until the rate limits allow the user's next request.
    pub(crate) async fn pace(&self) {
        let limits = self.accounts.limits();
        // The user's own limit comes first: waiting for it delays no other user.
        pace(&self.account.full_at, limits.requests_per_second, limits.burst).await;
        if self.class == Class::Observer {
            pace(&self.accounts.observers_full_at, limits.observers_per_second, limits.observers_burst).await;
        }
    }

    /// Waits until a thread may process the user's request, which needs the role `needs` and is made in the role `role`. Users
    /// who share threads take turns.
    pub(crate) async fn work(&self, needs: Role, role: Role) -> Work {
        let user = &self.account.user;
        let class = if self.class == Class::Root { Class::Root } else { Class::of(user, role) };
        // The user's own limit comes first, as in `room`.
        let looking = match needs {
            Role::Status => Some(acquire(&self.account.looking, 1).await),
            Role::Operate | Role::Administer => None,
        };
        let Accounts { observers, all, .. } = &*self.accounts;
        // The smaller pool comes first, as in `shared`.
        let observers = match class {
            Class::Observer => Some(observers.working.acquire(user).await),
            Class::Operator | Class::Root => None,
        };
        let all = match class {
            Class::Observer | Class::Operator => Some(all.working.acquire(user).await),
            Class::Root => None,
        };
        Work { _looking: looking, _observers: observers, _all: all }
    }

    /// Waits for memory for an incoming frame.
    pub(crate) async fn room_in(&self, bytes: usize) -> Room {
        self.room(&self.account.incoming, |pools| &pools.incoming, bytes).await
    }

    /// Waits for memory for an outgoing frame.
    pub(crate) async fn room_out(&self, bytes: usize) -> Room {
        self.room(&self.account.outgoing, |pools| &pools.outgoing, bytes).await
    }

    async fn room(&self, account: &Arc<Semaphore>, pool: impl Fn(&Pools) -> &Arc<Semaphore>, bytes: usize) -> Room {
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        // The user's own limit comes first, as in `pace`.
        let own = acquire(account, kib).await;
        Room { _account: own, _shared: shared(self.class, &self.accounts, pool, kib).await }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut clients = lock(&self.account.clients);
        *clients = clients.saturating_sub(1);
        drop(clients);
        if self.class == Class::Observer {
            let mut observers = lock(&self.account.observers);
            *observers = observers.saturating_sub(1);
        }
    }
}

/// Waits until the rate allows one more request. `full_at` is the time at which the full burst is available again.
async fn pace(full_at: &Mutex<Instant>, per_second: u32, burst: u32) {
    let each = Duration::from_secs(1) / per_second.max(1);
    let until = {
        let mut full_at = lock(full_at);
        *full_at = (*full_at).max(Instant::now()) + each;
        full_at.checked_sub(each * burst)
    };
    if let Some(until) = until {
        tokio::time::sleep_until(until).await;
    }
}

/// Waits for permits of the pools that a class shares. Takes those of the smaller pool first, so that a client does not occupy
/// a place in the larger pool's queue before its turn.
async fn shared(class: Class, accounts: &Accounts, pool: impl Fn(&Pools) -> &Arc<Semaphore>, permits: u32) -> Shared {
    let observers = match class {
        Class::Observer => Some(acquire(pool(&accounts.observers), permits).await),
        Class::Operator | Class::Root => None,
    };
    let all = match class {
        Class::Observer | Class::Operator => Some(acquire(pool(&accounts.all), permits).await),
        Class::Root => None,
    };
    Shared { _observers: observers, _all: all }
}

/// Waits for permits. The semaphores are never closed; if one were, this would wait forever instead of failing.
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

    fn user(uid: u32) -> PeerId {
        PeerId::new(format!("uid {uid}"), uid == 0)
    }

    fn accounts(limits: Limits) -> Arc<Accounts> {
        Arc::new(Accounts::new(limits))
    }

    #[test]
    fn a_user_gets_32_clients_and_cannot_take_those_of_others() {
        let accounts = accounts(Limits { clients: 40, ..Limits::default() });
        let mut tickets: Vec<Ticket> = (0..32).map(|_| accounts.admit(&user(1000), Role::Status).ok().unwrap()).collect();
        assert_eq!(accounts.admit(&user(1000), Role::Status).err(), Some(Goodbye::TooManyClients { limit: 32 }));
        tickets.extend((0..8).map(|_| accounts.admit(&user(1001), Role::Status).ok().unwrap()));
        assert_eq!(accounts.admit(&user(1001), Role::Status).err(), Some(Goodbye::Full));
        assert!(accounts.admit(&user(0), Role::Status).is_ok(), "root always gets in");
        tickets.truncate(31);
        assert!(accounts.admit(&user(1000), Role::Status).is_ok());
    }

    #[test]
    fn users_who_may_only_look_cannot_take_the_last_connections_however_many_they_are() {
        let accounts = accounts(Limits::default());
        let observers: Vec<Ticket> = (100_000..100_008)
            .flat_map(|uid| (0..32).map(move |_| uid))
            .filter_map(|uid| accounts.admit(&user(uid), Role::Status).ok())
            .collect();
        assert_eq!(observers.len(), 192);
        assert_eq!(accounts.admit(&user(200_000), Role::Status).err(), Some(Goodbye::Full));
        let operators: Vec<Ticket> = (1_000..1_002)
            .flat_map(|uid| (0..32).map(move |_| uid))
            .filter_map(|uid| accounts.admit(&user(uid), Role::Operate).ok())
            .collect();
        assert_eq!(operators.len(), 64, "the rest is for operators");
        assert_eq!(accounts.admit(&user(1_002), Role::Operate).err(), Some(Goodbye::Full));
        assert!(accounts.admit(&user(0), Role::Administer).is_ok(), "root always gets in");
        drop(observers);
        assert!(accounts.admit(&user(200_000), Role::Status).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn users_who_may_only_look_cannot_take_the_last_threads_nor_the_last_memory_however_many_they_are() {
        let accounts = accounts(Limits::default());
        let (mut work, mut rooms) = (Vec::new(), Vec::new());
        let is_now = async |future: std::pin::Pin<Box<dyn Future<Output = Work> + '_>>| {
            tokio::time::timeout(Duration::ZERO, future).await.ok()
        };
        let mut tickets = Vec::new();
        for uid in 100_000..100_032 {
            tickets.push(accounts.admit(&user(uid), Role::Status).ok().unwrap());
        }
        for ticket in &tickets {
            work.extend(is_now(Box::pin(ticket.work(Role::Status, Role::Status))).await);
            rooms.extend(tokio::time::timeout(Duration::ZERO, ticket.room_in(1 << 20)).await.ok());
        }
        assert_eq!((work.len(), rooms.len()), (16, 8));
        for (uid, role) in [(1_000, Role::Operate), (0, Role::Administer)] {
            let ticket = accounts.admit(&user(uid), role).ok().unwrap();
            assert!(is_now(Box::pin(ticket.work(Role::Status, role))).await.is_some(), "{role:?} waits for a thread");
            assert!(tokio::time::timeout(Duration::ZERO, ticket.room_in(1 << 20)).await.is_ok(), "{role:?} waits for memory");
        }
        let demoted = accounts.admit(&user(1_001), Role::Operate).ok().unwrap();
        assert!(is_now(Box::pin(demoted.work(Role::Operate, Role::Status))).await.is_none(), "the role of each request counts");
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_who_looks_occupies_three_threads_and_acts_without_waiting_for_them() {
        let accounts = accounts(Limits::default());
        let ticket = accounts.admit(&user(1_000), Role::Operate).ok().unwrap();
        let is_now = async |needs| tokio::time::timeout(Duration::ZERO, ticket.work(needs, Role::Operate)).await.ok();
        let looks = [is_now(Role::Status).await, is_now(Role::Status).await, is_now(Role::Status).await];
        assert!(looks.iter().all(Option::is_some));
        assert!(is_now(Role::Status).await.is_none(), "a fourth thread");
        assert!(is_now(Role::Operate).await.is_some(), "to act, it has to wait for its own looks");
        drop(looks);
        assert!(is_now(Role::Status).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn users_who_may_only_look_ask_four_hundred_times_a_second_together_and_operators_do_not_wait_for_them() {
        let accounts = accounts(Limits::default());
        let start = Instant::now();
        for uid in 100_000..101_200 {
            accounts.admit(&user(uid), Role::Status).ok().unwrap().pace().await;
        }
        assert_eq!(start.elapsed().as_millis().div_ceil(100), 10);
        let before = Instant::now();
        accounts.admit(&user(1_000), Role::Operate).ok().unwrap().pace().await;
        accounts.admit(&user(0), Role::Administer).ok().unwrap().pace().await;
        assert_eq!(before.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_free_and_then_it_is_a_hundred_a_second() {
        let accounts = accounts(Limits::default());
        let ticket = accounts.admit(&user(1000), Role::Status).ok().unwrap();
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
            accounts.admit(&user(1000), Role::Status).ok().unwrap().pace().await;
        }
        assert!(start.elapsed() >= Duration::from_millis(900), "{:?}", start.elapsed());
    }
}
