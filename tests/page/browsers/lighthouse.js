/**
 * node lighthouse.js CHROME CATEGORIES PRESET ADDRESS...
 * Audit each address in one headless Chrome, as Lighthouse's own command does, and print a line of JSON for each: its
 * categories and audits. CATEGORIES are separated by commas; PRESET is "mobile" or "desktop".
 */
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

const [chromePath, categories, preset, ...addresses] = process.argv.slice(2);
const config = preset === 'desktop' ? desktopConfig : undefined;
// The sandbox does not run as root, and the pages are our own.
const chrome = await launch({ chromePath, chromeFlags: ['--headless=new', '--no-sandbox'], logLevel: 'silent' });
try {
  for (const address of addresses) {
    const options = { port: chrome.port, onlyCategories: categories.split(','), disableFullPageScreenshot: true };
    const result = await lighthouse(address, options, config);
    const { categories: scored, audits } = result.lhr;
    console.log(JSON.stringify({ categories: scored, audits }));
  }
} finally {
  chrome.kill();
}
