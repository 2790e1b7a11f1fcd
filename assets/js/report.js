/** The report page's wiring: its texts and its colours. All that it shows was drawn when the site was built. */

import * as config from './config.js';
import { PLACES } from './sharing/storage.js';
import { ViewState } from './state.js';
import { connectLanguage, Texts } from './view/i18n.js';
import { connectTheme } from './view/theme.js';

const site = config.read();
const state = new ViewState(PLACES, site.task);
connectTheme(state);
connectLanguage(site, state, new Texts());
