/** The report page's wiring: its words and its colours. All that it shows was drawn when the site was built. */
import * as language from './language.js';
import * as site from './site.js';
import * as theme from './theme.js';

const config = site.read();
theme.connect();
language.connect(config, () => {});
