/** Lines of a form along the sides of a picture, to be taken out of its ink. Pure. */

/** @typedef {import('./components.js').Mask} Mask */
/** @typedef {{at: (along: number, depth: number) => number, from: number, to: number, depths: number[], wide: number}} Line  from a side of the picture: a pixel, where the line begins and ends along that side, the depth behind it, and its width */

const LONG = 0.65; // of the picture's side, a line along it reaches at least
const WHOLE = 0.8; // of its length, a line is undisturbed at least
const DEEP = 0.4; // of the picture, a line lies beside its side at most
const BENT = 0.05; // of its length, a line strays at most
const THICK = 0.12; // of the picture, a line is wide at most
const BEYOND = 1.12; // times as long as what is written beside it
const END = 0.12; // of its length: a digit's own bar has its stem here, a form's line has nothing
const CORNER = 0.02; // of the picture's side: a line ends nearer to that side's end or to another line
const ROUNDS = 3; // lines behind lines

/** @param {number[]} values @returns {number} */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/**
 * The first line seen from a side.
 * @param {Mask} mask @param {number} side  left, right, upper or lower
 * @returns {Line | undefined}
 */
function line({ on, width, height }, side) {
  const [length, across] = side < 2 ? [height, width] : [width, height];
  /** @param {number} along @param {number} depth */
  const at = (along, depth) => {
    const inner = side % 2 ? across - 1 - depth : depth;
    return side < 2 ? along * width + inner : inner * width + along;
  };
  const first = Array.from({ length }, (_, i) => {
    let depth = 0;
    while (depth < DEEP * across && !on[at(i, depth)]) depth++;
    let end = depth;
    while (end < across && on[at(i, end)]) end++;
    return { depth, wide: end - depth };
  });
  const seen = first.filter(({ depth }) => depth < DEEP * across);
  const middle = median(seen.map(({ depth }) => depth));
  const wide = median(seen.map((one) => one.wide));
  const fits = first.map(
    (one) => Math.abs(one.depth - middle) <= BENT * length && one.wide > 0 && one.wide <= 2 * wide + 2,
  );
  const [from, to] = [fits.indexOf(true), fits.lastIndexOf(true)];
  const count = fits.filter(Boolean).length;
  if (to - from < LONG * length || count < WHOLE * (to - from) || wide > THICK * across) return undefined;
  let last = first[from].depth;
  const depths = first.map(({ depth, wide: own }, i) => {
    if (fits[i]) last = depth;
    return last + (fits[i] ? own : wide) + Math.ceil(wide / 2) + 1;
  });
  return { at, from, to, depths, wide };
}

/** @param {Uint8Array} before @param {Line[]} lines @returns {Uint8Array} with 1 for the lines and what lies beyond them, too */
function cross(before, lines) {
  const gone = before.slice();
  for (const { at, depths } of lines) {
    depths.forEach((depth, i) => {
      for (let k = 0; k < depth; k++) gone[at(i, k)] = 1;
    });
  }
  return gone;
}

/**
 * @param {Line} one @param {Mask} rest  what else is in the picture
 * @param {{gone: Uint8Array, isBox: boolean}} others  gone: 1 for the other lines and what lies beyond them; isBox: there are some, and what they
 *   frame may be too pale to be seen
 * @returns {boolean} whether it is no part of what is written
 */
function stands({ at, from, to, depths, wide }, { on }, { gone, isBox }) {
  const length = depths.length;
  const slack = Math.max(Math.ceil(CORNER * length), 2 * wide);
  const runsOut = [Math.max(from - slack, 0), Math.min(to + slack, length - 1)].every(
    (end) => end === 0 || end === length - 1 || gone[at(end, depths[end])],
  );
  const across = on.length / length;
  const written = depths.map((depth, i) => {
    for (let k = depth; k < across; k++) if (on[at(i, k)]) return true;
    return false;
  });
  const extent = written.lastIndexOf(true) - written.indexOf(true) + 1;
  const end = Math.ceil(END * (to - from));
  const isBar = depths.some(
    (depth, i) => Math.min(Math.abs(i - from), Math.abs(i - to)) <= end && (on[at(i, depth)] || on[at(i, depth + 1)]),
  );
  return runsOut && to - from > BEYOND * extent && (extent > 0 || isBox) && !isBar;
}

/**
 * @param {Mask} mask
 * @returns {Uint8Array | undefined} 1 for lines along its sides and what lies beyond them; nothing where there are none
 */
export function ruled({ on, width, height }) {
  /** @type {Uint8Array} */
  let gone = new Uint8Array(on.length);
  /** @param {Uint8Array} less @returns {Mask} */
  const rest = (less) => ({ on: on.map((one, i) => one & ~less[i]), width, height });
  let found = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const left = rest(gone);
    let lines = [0, 1, 2, 3].flatMap((side) => line(left, side) ?? []);
    for (let before = -1; lines.length !== before; ) {
      before = lines.length;
      const without = rest(cross(gone, lines));
      const all = lines;
      lines = all.filter((one) => {
        const others = all.filter((other) => other !== one);
        return stands(one, without, { gone: cross(gone, others), isBox: others.length > 0 });
      });
    }
    if (lines.length === 0) break;
    found += lines.length;
    gone = cross(gone, lines);
  }
  return found > 0 ? gone : undefined;
}
