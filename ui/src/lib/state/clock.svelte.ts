// The time, as far as what is shown depends on it. It stands still while nobody can see the page.
const SECOND = 1000;

let now = $state.raw(Date.now());
let timer: ReturnType<typeof setInterval> | undefined;

/** Unix milliseconds, renewed every second. */
export function time(): number {
  return now;
}

/** Lets the time pass while the page can be seen. Returns what stops it. */
export function runClock(): () => void {
  const tick = () => (now = Date.now());
  const follow = () => {
    clearInterval(timer);
    if (document.hidden) return;
    tick();
    timer = setInterval(tick, SECOND);
  };
  follow();
  document.addEventListener("visibilitychange", follow);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", follow);
  };
}

/** Stops the clock at a time: for tests. */
export function setTime(at: number): void {
  now = at;
}
