/** The report page's wiring: its words and its colours. All that it shows was drawn when the site was built. */

import * as site from './config.js';
import * as language from './view/language.js';
import * as theme from './view/theme.js';

const config = site.read();
theme.connect();
language.connect(config, () => {});
