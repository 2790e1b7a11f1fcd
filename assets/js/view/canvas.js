/** Ink on canvases: strokes as the pen drew them, and images as the networks see them. */

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('../geometry.js').Point} Point */

const SPOT = 0.01; // CSS pixels
const PEN_SHARE = 1 / 34; // of the canvas's width: a felt pen on a postcard

/** The colours of the page's style as they are shown. Dispatches `change` when they are other than before. */
export class Palette extends EventTarget {
  /** @type {Map<string, string>} kept, because asking the style once a frame is slow */
  #colours = new Map();
  #samples = document.createElement('div');

  constructor() {
    super();
    this.#samples.className = 'palette';
    // Whatever changes colours (the device, the visitor, an extension) makes a sample's transition run.
    this.#samples.addEventListener('transitionrun', () => {
      this.#colours.clear();
      this.dispatchEvent(new Event('change'));
    });
    document.body.append(this.#samples);
  }

  /**
   * @param {string} name  of a custom property that has a sample in the style
   * @returns {string} as canvases of this browser take it, in whatever notation
   */
  colour(name) {
    let value = this.#colours.get(name);
    if (value === undefined) {
      const known = this.#samples.querySelector(`.sample${name}`);
      const sample = known ?? this.#samples.appendChild(document.createElement('i'));
      sample.className = `sample sample${name}`;
      value = getComputedStyle(sample).color;
      this.#colours.set(name, value);
    }
    return value;
  }
}

/**
 * Give a canvas as many pixels as the screen has under it.
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D} that draws in CSS pixels
 */
export function sharp(canvas) {
  const ratio = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke[]} strokes
 * @param {string} ink
 * @param {number} [width]  of the pen; by default in proportion to the canvas
 */
export function draw(context, strokes, ink, width = context.canvas.clientWidth * PEN_SHARE) {
  context.lineWidth = width;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = ink;
  for (const stroke of strokes) {
    if (stroke.picture) {
      const [[x, y], , [right, bottom]] = stroke;
      context.drawImage(/** @type {HTMLCanvasElement} */ (stroke.picture.shown), x, y, right - x, bottom - y);
      continue;
    }
    context.beginPath();
    trace(context, stroke);
    context.stroke();
  }
}

/** @param {Point} middle @param {number} arm  its length @returns {Stroke[]} */
export function cross([x, y], arm) {
  return [
    [
      [x - arm, y],
      [x + arm, y],
    ],
    [
      [x, y - arm],
      [x, y + arm],
    ],
  ];
}

/**
 * Through the middles of the segments with the points as controls: smooth where devices report few points.
 * @param {CanvasRenderingContext2D | Path2D} path
 * @param {Stroke} stroke
 */
export function trace(path, stroke) {
  if (stroke.length === 0) return;
  path.moveTo(...stroke[0]);
  for (let i = 1; i < stroke.length - 1; i++) {
    const [x, y] = stroke[i];
    const [nextX, nextY] = stroke[i + 1];
    path.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  const [x, y] = stroke[stroke.length - 1];
  path.lineTo(stroke.length > 1 ? x : x + SPOT, y); // a line without length is not drawn everywhere; this is a round dot
}

/**
 * Ink of a given opacity in each pixel; the browser alone needs to know what the colour's channels are.
 * @param {CanvasRenderingContext2D} context @param {ImageData} opacity  in its fourth channel
 * @param {string} ink  as of a palette
 */
export function stain(context, opacity, ink) {
  context.putImageData(opacity, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = ink;
  context.fillRect(0, 0, opacity.width, opacity.height);
  context.globalCompositeOperation = 'source-over';
}

/**
 * Images side by side, one canvas pixel for each of theirs.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>[]} images  values in [0, 1], square and all of one size; none empty the canvas
 * @param {string} ink  as of a palette
 */
export function paint(canvas, images, ink) {
  const size = images.length > 0 ? Math.sqrt(images[0].length) : canvas.height;
  const columns = size * Math.max(images.length, 1);
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== size) canvas.height = size;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const target = context.createImageData(columns, size);
  images.forEach((image, place) => {
    for (let i = 0; i < image.length; i++) {
      target.data[4 * (Math.floor(i / size) * columns + place * size + (i % size)) + 3] = 255 * image[i];
    }
  });
  stain(context, target, ink);
}
