/** The time of a page: its frames and its timers. @type {import('../session.js').Clock} */
export const clock = {
  now: () => performance.now(),
  frame: (next) => requestAnimationFrame(next),
  after: (next, milliseconds) => setTimeout(next, milliseconds),
};
