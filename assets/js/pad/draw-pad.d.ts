/** What draw-pad.js gives a page: the element <draw-pad>. */

/** A point in CSS pixels of the canvas, y down. */
export type Point = [x: number, y: number];
/** The points from one pen-down to its pen-up. */
export type Stroke = Point[];

/** One of a row, as the networks see it. */
export interface ReadSymbol {
  /** The class that it most likely is, or the sign. */
  class: string;
  /** class: a clear answer; refused: it looks like none of the classes; sign: a dot, comma, hyphen or slash between digits. */
  kind: 'class' | 'unsure' | 'refused' | 'sign';
  /** Of each class of the element's `classes`, in their order; none of a sign. */
  probabilities: number[];
  strokes: Stroke[];
}

export interface Reading {
  /** The whole row, "?" for what was refused; empty where nothing is drawn. */
  text: string;
  symbols: ReadSymbol[];
}

export interface DrawPadEventMap extends HTMLElementEventMap {
  /** Another answer, 150 ms after the last change of it. */
  'draw-pad-reading': CustomEvent<Reading>;
  /** The networks can answer. */
  'draw-pad-ready': CustomEvent<undefined>;
  /** A network or a language could not be loaded, or an attribute names something that the site does not have. */
  'draw-pad-error': CustomEvent<{ message: string }>;
}

export interface DrawPadElement extends HTMLElement {
  /** Names of the networks that answer. Set to a list, or to text as in the attribute: names, or "all"; empty for the first. */
  get networks(): string[];
  set networks(names: string | string[] | null | undefined);
  /** The only possible answers. Set to a list, or to text as in the attribute; empty for all classes of the site. */
  get classes(): string[];
  set classes(names: string | string[] | null | undefined);
  /** Whether it answers while one draws; else when asked. True unless the attribute is "false". */
  live: boolean;
  /** Of its value in a form. */
  name: string;
  /** The drawing, a copy. */
  strokes: Stroke[];
  readonly form: HTMLFormElement | null;
  readonly reading: Reading;
  /** The text of the reading, which a form sends too. */
  readonly value: string;
  /** Resolved when the networks can answer; rejected where they cannot be loaded. Another promise after each change of them. */
  readonly ready: Promise<void>;
  clear(): void;
  undo(): void;
  redo(): void;
  /** Asks the networks now, and shows their answer. */
  predict(): Promise<Reading>;

  addEventListener<K extends keyof DrawPadEventMap>(
    type: K,
    listener: (this: DrawPadElement, event: DrawPadEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof DrawPadEventMap>(
    type: K,
    listener: (this: DrawPadElement, event: DrawPadEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** What <draw-pad> takes in JSX, beside what every element takes. */
export interface DrawPadAttributes {
  networks?: string | string[];
  classes?: string | string[];
  live?: boolean;
  name?: string;
  strokes?: Stroke[];
  'ondraw-pad-reading'?: (event: DrawPadEventMap['draw-pad-reading']) => void;
  'ondraw-pad-ready'?: (event: DrawPadEventMap['draw-pad-ready']) => void;
  'ondraw-pad-error'?: (event: DrawPadEventMap['draw-pad-error']) => void;
}

declare global {
  interface HTMLElementTagNameMap {
    'draw-pad': DrawPadElement;
  }
}

// @ts-ignore: a page without React has no such module
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      // @ts-ignore: as above
      'draw-pad': DetailedHTMLProps<HTMLAttributes<DrawPadElement>, DrawPadElement> & DrawPadAttributes;
    }
  }
}
