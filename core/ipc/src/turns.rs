//! Permits that users take in turn: each release serves the next user, however many requests other users have waiting.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adit_api::PeerId;
use tokio::sync::oneshot;

/// A fixed number of permits. Clones share them.
#[derive(Clone)]
pub(crate) struct Turns(Arc<Mutex<Inside>>);

struct Inside {
    free: usize,
    /// Users with waiting requests, in the order in which they are served. Each user is listed once.
    waiting: VecDeque<(PeerId, VecDeque<oneshot::Sender<Turn>>)>,
}

/// A permit. Given back when dropped.
pub(crate) struct Turn(Turns);

impl Turns {
    pub(crate) fn new(permits: usize) -> Self {
        Self(Arc::new(Mutex::new(Inside { free: permits, waiting: VecDeque::new() })))
    }

    /// Waits for a permit. The requests of one user are served in their order.
    pub(crate) async fn acquire(&self, user: &PeerId) -> Turn {
        let Some(served) = self.enqueue(user) else { return Turn(self.clone()) };
        match served.await {
            Ok(turn) => turn,
            // Unreachable: no sender is dropped without sending.
            Err(_) => std::future::pending().await,
        }
    }

    /// Takes a free permit and returns None, or queues a request and returns its receiver.
    fn enqueue(&self, user: &PeerId) -> Option<oneshot::Receiver<Turn>> {
        let mut inside = self.lock();
        if inside.free > 0 {
            inside.free -= 1;
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        match inside.waiting.iter_mut().find(|(waiting, _)| waiting == user) {
            Some((_, requests)) => requests.push_back(sender),
            None => inside.waiting.push_back((user.clone(), VecDeque::from([sender]))),
        }
        Some(receiver)
    }

    /// Removes and returns the first request of the next user. A user with further requests moves to the end of the queue.
    /// Frees the permit if no request waits.
    fn next(&self) -> Option<oneshot::Sender<Turn>> {
        let mut inside = self.lock();
        loop {
            let Some((user, mut requests)) = inside.waiting.pop_front() else {
                inside.free += 1;
                return None;
            };
            // Skips requests whose clients have gone.
            while requests.front().is_some_and(oneshot::Sender::is_closed) {
                requests.pop_front();
            }
            let Some(first) = requests.pop_front() else { continue };
            if !requests.is_empty() {
                inside.waiting.push_back((user, requests));
            }
            return Some(first);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(next) = self.0.next() {
            // If the client has gone meanwhile, the permit is dropped here and serves the next request.
            let _ = next.send(Self(self.0.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    fn user(number: u32) -> PeerId {
        PeerId::new(format!("user {number}"), false)
    }

    /// Starts requests of these users one after the other. Returns the order in which they are served, one at a time.
    async fn order(users: &[u32]) -> Vec<u32> {
        let turns = Turns::new(1);
        let running = turns.acquire(&user(0)).await;
        let (served, mut order) = mpsc::unbounded_channel();
        for &uid in users {
            let (turns, served) = (turns.clone(), served.clone());
            tokio::spawn(async move {
                let _turn = turns.acquire(&user(uid)).await;
                served.send(uid)
            });
            // Lets the task queue its request before the next task starts.
            tokio::task::yield_now().await;
        }
        drop((served, running));
        let mut seen = Vec::new();
        while let Some(uid) = order.recv().await {
            seen.push(uid);
        }
        assert_eq!(turns.lock().free, 1, "all permits are back");
        seen
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_with_many_requests_is_served_as_often_as_one_with_few() {
        assert_eq!(order(&[7, 7, 7, 7, 8, 9, 9]).await, [7, 8, 9, 7, 9, 7, 7]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_whose_client_has_gone_gives_its_turn_to_the_next() {
        let turns = Turns::new(1);
        let running = turns.acquire(&user(7)).await;
        let gone = turns.enqueue(&user(7)).unwrap();
        let waits = turns.enqueue(&user(8)).unwrap();
        drop(gone);
        drop(running);
        let turn = waits.await.unwrap();
        // A request that was served, but whose client has gone.
        let unheard = turns.enqueue(&user(9)).unwrap();
        drop(turn);
        drop(unheard);
        assert_eq!(turns.lock().free, 1);
    }
}
