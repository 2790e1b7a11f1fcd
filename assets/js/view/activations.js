/** What each layer of a network makes of a symbol. */

import { stain } from './canvas.js';
import { copy, element, part } from './dom.js';

/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../tensorflow/bundle.js').Activation} Activation */
/** @typedef {import('./i18n.js').Texts} Texts */
/** @typedef {{name: string, title: string, activations: import('../tensorflow/bundle.js').Network['activations']}} Observed  a network */

const WIDE = 32; // hidden units in a row
const GAP = 1; // pixel between feature maps

export class Activations {
  /** What was asked for last. @type {Digit | undefined} */
  #latest;
  #texts;
  #palette;

  /** @param {Texts} texts @param {import('./canvas.js').Palette} palette */
  constructor(texts, palette) {
    this.#texts = texts;
    this.#palette = palette;
  }

  /** @param {Digit} digit @param {Observed[]} networks */
  async show(digit, networks) {
    this.#latest = digit;
    const asked = networks.map((network, i) => network.activations(digit.panel[i].raster.image));
    const all = await Promise.all(asked);
    if (digit === this.#latest) this.#paint(all, networks);
  }

  /** @param {Activation[][]} all  of each network @param {Observed[]} networks */
  #paint(all, networks) {
    const place = element('inside_networks');
    const names = [document.documentElement.lang, ...networks.map(({ name }) => name)].join();
    if (place.dataset.names !== names) {
      place.dataset.names = names;
      place.replaceChildren(...all.map((layers, i) => this.#section(networks[i].title, layers)));
    }
    const ink = this.#palette.colour('--pen');
    all.forEach((layers, i) => {
      const items = /** @type {HTMLElement[]} */ ([...part(place.children[i], 'layers').children]);
      layers.forEach((layer, k) => {
        paintLayer(/** @type {HTMLCanvasElement} */ (part(items[k], 'map')), layer, ink);
      });
    });
  }

  /** @param {string} title  of a network @param {Activation[]} layers */
  #section(title, layers) {
    const section = copy('inside_network_template');
    part(section, 'title').textContent = title;
    for (const layer of layers) {
      const item = copy('inside_layer_template');
      part(item, 'name').textContent = `${layer.kind} · ${layer.shape.join(' × ')}`;
      part(item, 'map').setAttribute('aria-label', this.#texts.say('inside_map', { layer: layer.kind }));
      part(section, 'layers').append(item);
    }
    return section;
  }
}

/**
 * Feature maps beside one another, or hidden units in rows; the darker, the stronger.
 * @param {HTMLCanvasElement} canvas @param {Activation} layer @param {string} ink  as of a palette
 */
function paintLayer(canvas, { shape, values }, ink) {
  const [height, width, maps] = shape.length === 3 ? shape : [1, 1, values.length];
  const gap = shape.length === 3 ? GAP : 0;
  const columns = shape.length === 3 ? Math.ceil(Math.sqrt(maps * 2)) : Math.min(WIDE, maps);
  canvas.width = columns * (width + gap) - gap;
  canvas.height = Math.ceil(maps / columns) * (height + gap) - gap;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const target = context.createImageData(canvas.width, canvas.height);
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-6);
  for (let i = 0; i < values.length; i++) {
    const map = i % maps;
    const pixel = (i - map) / maps;
    const x = (map % columns) * (width + gap) + (pixel % width);
    const y = Math.floor(map / columns) * (height + gap) + Math.floor(pixel / width);
    target.data[4 * (y * canvas.width + x) + 3] = (255 * Math.abs(values[i])) / most;
  }
  stain(context, target, ink);
}
