/** dist/draw-pad.js, for other people's pages: defines the element <draw-pad>. A page that names it twice has it once. */

import { DrawPad } from './pad/element.js';

if (!customElements.get('draw-pad')) customElements.define('draw-pad', DrawPad);
