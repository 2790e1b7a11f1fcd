/**
 * node firefox.js FIREFOX ADDRESS < drawings.json
 * Draw each drawing on the page with Firefox's mouse, over WebDriver BiDi, and print what the page made of it as JSON.
 */
import { text } from 'node:stream/consumers';
import puppeteer from 'puppeteer-core';
import { paths, reading, ready } from './page.js';

const [executablePath, address] = process.argv.slice(2);
const drawings = JSON.parse(await text(process.stdin));

/** @param {import('puppeteer-core').Page} page @param {[number, number][][]} strokes */
async function draw(page, strokes) {
  for (const [first, ...rest] of await page.evaluate(paths, strokes)) {
    await page.mouse.move(...first);
    await page.mouse.down();
    for (const point of rest) await page.mouse.move(...point);
    await page.mouse.up();
  }
}

const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  /** @type {string[]} */
  const errors = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(address);
  await page.evaluate(ready);
  const readings = [];
  for (const { label, strokes } of drawings) {
    await page.click('#clear_canvas');
    await draw(page, strokes);
    readings.push(await page.evaluate(reading, String(label)));
  }
  console.log(JSON.stringify({ readings, errors }));
} finally {
  await browser.close();
}
