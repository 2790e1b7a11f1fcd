import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL, Session } from '../../assets/js/session.js';
import { ViewState } from '../../assets/js/state.js';
import { DIGITS } from './tasks.js';

const SLOW = 50; // milliseconds that a slow network takes
const INFO = { temperature: 1, thresholds: { refuse: 0.5, unsure: 0.8 } };
const CONFIG = { networks: ['one', 'two'].map((name) => ({ ...INFO, name })), task: DIGITS };
const ANSWERS = { one: 1, two: 2 };

/** @param {number} x */
const line = (x) => [
  [x, 0],
  [x, 100],
];

/** Time that passes when a test says so. */
class ManualClock {
  time = 0;
  #frames = [];
  #timers = [];
  now = () => this.time;
  frame = (next) => this.#frames.push(next);
  after = (next, milliseconds = 0) => this.#timers.push({ next, due: this.time + milliseconds });

  /** Show one frame. */
  showFrame() {
    for (const next of this.#frames.splice(0)) next();
  }

  /** @param {number} [milliseconds]  to pass; then the timers run that are due */
  pass(milliseconds = 0) {
    this.time += milliseconds;
    const due = this.#timers.filter((timer) => timer.due <= this.time);
    this.#timers = this.#timers.filter((timer) => timer.due > this.time);
    for (const { next } of due) next();
  }

  /** Show one frame, and run what waited for it. */
  step() {
    this.showFrame();
    this.pass();
  }
}

/** Networks that arrive when a test says so, and read everything as one digit. */
class Delivery {
  accelerated = 0;
  duration = 0; // milliseconds that a network takes to answer
  batches = 0;
  later = false; // whether networks answer when a test says so
  #waiting = [];
  #unanswered = [];

  /** @param {ManualClock} clock */
  constructor(clock) {
    this.clock = clock;
  }

  load({ name }, progress) {
    return new Promise((resolve, reject) => this.#waiting.push({ name, progress, resolve, reject }));
  }

  async accelerate() {
    this.accelerated += 1;
  }

  tensors = () => ({ numTensors: 0, numBytes: 0 });

  /** @param {string} name @param {number} fraction */
  progress(name, fraction) {
    for (const one of this.#waiting) if (one.name === name) one.progress(fraction);
  }

  /** @param {string} name */
  arrive(name) {
    for (const { resolve } of this.#take(name)) resolve(this.#network(name));
  }

  /** @param {string} name @param {Error} reason */
  fail(name, reason) {
    for (const { reject } of this.#take(name)) reject(reason);
  }

  #take(name) {
    const taken = this.#waiting.filter((one) => one.name === name);
    assert.ok(taken.length > 0, `nobody waits for ${name}`);
    this.#waiting = this.#waiting.filter((one) => one.name !== name);
    return taken;
  }

  #network(name) {
    return {
      activations: () => [],
      probabilities: (_images, count) => {
        this.batches += 1;
        this.clock.time += this.duration;
        const answer = Float32Array.from({ length: 10 * count }, (_, i) => (i % 10 === ANSWERS[name] ? 0.91 : 0.01));
        return this.later ? new Promise((resolve) => this.#unanswered.push(() => resolve(answer))) : answer;
      },
    };
  }

  /** Answer what was asked, and let whoever waits for it go on. */
  async answer() {
    for (const give of this.#unanswered.splice(0)) give();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A session whose places keep nothing, and what it dispatched. */
function opened() {
  const nowhere = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  const state = new ViewState({ address: () => nowhere, visit: () => nowhere, device: () => nowhere }, DIGITS);
  const clock = new ManualClock();
  const networks = new Delivery(clock);
  const session = new Session(CONFIG, state, { networks, clock });
  const events = [];
  for (const type of ['frame', 'reading', 'loading']) {
    session.addEventListener(type, () => events.push(type === 'loading' ? session.loading.state : type));
  }
  return { session, state, clock, networks, events };
}

/** A session whose first network has arrived. */
async function ready() {
  const all = opened();
  all.session.select('one');
  all.networks.arrive('one');
  await all.session.ready;
  all.clock.step();
  all.events.length = 0;
  return all;
}

/** Draw a digit, and wait until it is read. */
async function read() {
  const all = await ready();
  all.session.drawing.replace([line(0)]);
  all.clock.step();
  assert.equal(all.session.reading.text, '1');
  all.events.length = 0;
  return all;
}

test('a drawing is shown in one frame, and read after it', async () => {
  const { session, clock, networks, events } = await ready();
  session.drawing.begin([0, 0]);
  session.drawing.extend([[0, 100]]);
  session.drawing.finish();
  assert.deepEqual(events, []);
  clock.showFrame();
  assert.deepEqual(events, ['frame']);
  assert.equal(networks.batches, 0);
  clock.pass();
  assert.deepEqual(events, ['frame', 'reading']);
  assert.equal(session.reading.text, '1');
  assert.equal(session.asked, false);
});

test('what was drawn before the networks arrived is read when they do', async () => {
  const { session, clock, networks, events } = opened();
  const first = session.ready; // asked for before anything is selected
  session.drawing.replace([line(0)]);
  session.select('one');
  clock.step();
  assert.deepEqual(events, ['loading', 'frame']);
  networks.arrive('one');
  await first;
  clock.step();
  assert.deepEqual(events, ['loading', 'frame', 'ready', 'frame', 'reading']);
  assert.equal(session.reading.text, '1');
});

test('after a slow reading the next one waits while the pen moves, not when it is lifted', async () => {
  const { session, clock, networks } = await ready();
  const { drawing } = session;
  networks.duration = SLOW;
  drawing.begin([0, 0]);
  drawing.extend([[0, 50]]);
  clock.step();
  assert.equal(networks.batches, 1);
  drawing.extend([[0, 80]]);
  clock.step();
  clock.pass(2 * SLOW - 1);
  clock.step();
  assert.equal(networks.batches, 1);
  clock.pass(1);
  clock.step();
  assert.equal(networks.batches, 2);
  drawing.extend([[0, 100]]);
  clock.step();
  assert.equal(networks.batches, 2);
  drawing.finish();
  clock.step();
  assert.equal(networks.batches, 3);
  assert.deepEqual(session.digit.strokes, [drawing.strokes[0]]);
});

test('a fast network reads in every frame, also while the pen moves', async () => {
  const { session, clock, networks } = await ready();
  session.drawing.begin([0, 0]);
  for (let y = 1; y <= 5; y++) {
    session.drawing.extend([[0, 20 * y]]);
    clock.step();
  }
  assert.equal(networks.batches, 5);
});

test('a network in a worker is asked about one state of the drawing after the other', async () => {
  const { session, clock, networks, events } = await ready();
  const { drawing } = session;
  networks.later = true;
  drawing.begin([0, 0]);
  drawing.extend([[0, 50]]);
  clock.step();
  drawing.extend([[0, 80]]);
  clock.step();
  assert.equal(networks.batches, 1);
  assert.deepEqual(events, ['frame', 'frame']);
  await networks.answer(); // about the stroke as it was
  assert.equal(session.reading.text, '1');
  drawing.finish();
  clock.step();
  assert.equal(networks.batches, 2);
  await networks.answer();
  assert.equal(events.at(-1), 'reading');
  clock.step();
  assert.equal(networks.batches, 2); // nothing has changed since
});

test('an answer that comes late is not about what was erased meanwhile', async () => {
  const { session, clock, networks } = await ready();
  networks.later = true;
  session.drawing.replace([line(0)]);
  clock.step();
  session.drawing.clear();
  clock.step();
  await networks.answer();
  assert.equal(session.reading.text, '');
});

test('an answer that comes after another network was selected is not its own', async () => {
  const { session, clock, networks } = await ready();
  networks.later = true;
  session.drawing.replace([line(0)]);
  clock.step();
  session.select('two');
  networks.arrive('two');
  await session.ready;
  clock.step();
  await networks.answer();
  assert.equal(session.reading.text, '');
  clock.step();
  await networks.answer();
  assert.equal(session.reading.text, '2');
});

test('with live off nothing is read until Predict, and nothing of the next drawing', async () => {
  const { session, state, clock, networks } = await ready();
  state.set({ live: false });
  session.drawing.replace([line(0)]);
  clock.step();
  assert.equal(session.reading.text, '');
  assert.equal(networks.batches, 0);
  session.predict();
  clock.step();
  assert.deepEqual([session.reading.text, session.asked], ['1', true]);
  session.refresh();
  clock.step();
  assert.deepEqual([session.reading.text, session.asked], ['1', true]); // still the answer to that question
  session.drawing.replace([line(0), line(100)]);
  clock.step();
  assert.deepEqual([session.reading.text, session.asked], ['', false]);
  state.set({ live: true });
  clock.step();
  assert.deepEqual([session.reading.text, session.asked], ['11', false]);
});

test('another network answers anew for the same drawing', async () => {
  const { session, clock, networks } = await read();
  session.select('two');
  networks.arrive('two');
  await session.ready;
  clock.step();
  assert.equal(session.reading.text, '2');
});

test('while another network loads, the old answer goes with its drawing', async () => {
  const { session, clock, events } = await read();
  session.select('two');
  assert.deepEqual(session.readers, []);
  session.drawing.replace([line(0), line(100)]);
  clock.step();
  assert.equal(session.reading.text, '');
  assert.deepEqual(events, ['loading', 'frame', 'reading']);
});

test('a network that arrives after another was selected is ignored', async () => {
  const { session, clock, networks, events } = opened();
  session.drawing.replace([line(0)]);
  session.select('one');
  const first = session.ready;
  session.select('two');
  networks.progress('one', 0.5);
  networks.arrive('one');
  networks.arrive('two');
  await first; // whoever waited gets the one selected last
  assert.equal(session.readers[0].name, 'two');
  clock.step();
  assert.equal(session.reading.text, '2');
  assert.deepEqual(events, ['loading', 'loading', 'ready', 'frame', 'reading']);
});

test('a network that fails after another was selected is ignored', async () => {
  const { session, networks, events } = opened();
  session.select('one');
  const first = session.ready;
  session.select('two');
  networks.fail('one', new Error('late'));
  networks.arrive('two');
  await first;
  assert.equal(session.readers[0].name, 'two');
  assert.deepEqual(events, ['loading', 'loading', 'ready']);
});

test('all networks load together, with their mean progress, and answer together', async () => {
  const { session, clock, networks } = opened();
  session.drawing.replace([line(0)]);
  session.select(ALL);
  networks.progress('two', 0.5);
  assert.deepEqual(session.loading, { state: 'loading', fraction: 0.25 });
  networks.progress('one', 1);
  assert.deepEqual(session.loading, { state: 'loading', fraction: 0.75 });
  networks.arrive('one');
  networks.arrive('two');
  await session.ready;
  clock.step();
  assert.deepEqual(
    session.digit.panel.map(({ answer }) => answer.digit),
    [1, 2],
  );
});

test('a failure is reported once, forgets the old answer, and can be retried', async () => {
  const { session, state, clock, networks, events } = await read();
  const reason = new Error('not delivered');
  session.select(ALL);
  networks.fail('two', reason);
  await assert.rejects(session.ready, reason);
  assert.deepEqual(session.loading, { state: 'failed', reason });
  assert.equal(session.reading.text, '');
  networks.progress('one', 1); // its other network may still arrive
  networks.arrive('one');
  assert.deepEqual(events, ['loading', 'failed', 'reading']);
  session.select(state.network);
  for (const name of ['one', 'two']) networks.arrive(name);
  await session.ready;
  clock.step();
  assert.deepEqual(session.loading, { state: 'ready' });
  assert.equal(session.digit.panel.length, 2);
});

test('a network that does not exist is refused with the names of those that do', async () => {
  const { session } = opened();
  session.select('three');
  await assert.rejects(session.ready, /No network is called "three": there are one, two and all/);
  assert.equal(session.loading.state, 'failed');
});

test('answers are accelerated after the first one, not before', async () => {
  const { session, clock, networks } = await ready();
  session.drawing.replace([line(0)]);
  clock.step();
  assert.deepEqual([session.reading.text, networks.accelerated], ['1', 0]);
  clock.pass();
  assert.equal(networks.accelerated, 1);
});

test('the bars are about the last digit, or the one that was pointed at', async () => {
  const { session, clock } = await read();
  const { drawing } = session;
  drawing.replace([...drawing.strokes, line(100)]);
  clock.step();
  assert.equal(session.chosen, 1);
  session.point(0);
  assert.equal(session.chosen, 0);
  drawing.replace([...drawing.strokes, line(200)]);
  clock.step();
  assert.equal(session.digit.strokes[0], drawing.strokes[0]);
  drawing.remove(drawing.strokes[0]);
  clock.step();
  assert.equal(session.chosen, 1);
});

test('a correction belongs to its stroke, whatever is drawn beside it', async () => {
  const { session, state, clock } = await read();
  const { drawing } = session;
  assert.ok(state.correct(session.digit.strokes, 7, 400));
  const labels = () => session.reading.digits.map(({ strokes }) => state.labels.get(strokes[0]));
  drawing.replace([line(-100), ...drawing.strokes]);
  clock.step();
  assert.deepEqual(labels(), [undefined, 7]);
  drawing.remove(drawing.strokes[1]);
  clock.step();
  assert.deepEqual(labels(), [undefined]);
  drawing.undo();
  clock.step();
  assert.deepEqual(labels(), [undefined, 7]);
});
