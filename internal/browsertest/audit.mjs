// node audit.mjs FOLDER-WITH-PA11Y CHROMIUM URL... prints a JSON list with the
// errors of each page, in the order of the URLs.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, executablePath, ...urls] = process.argv.slice(2);
const require = createRequire(pathToFileURL(join(folder, 'package.json')));
const load = async (name) => {
  const m = await import(pathToFileURL(require.resolve(name)));
  return m.default ?? m;
};
const pa11y = await load('pa11y');
const puppeteer = createRequire(pathToFileURL(require.resolve('pa11y')))('puppeteer');
const browser = await puppeteer.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  timeout: 120000,
  protocolTimeout: 600000,
});
const results = [];
try {
  for (const url of urls) {
    const { issues } = await pa11y(url, { browser, runners: ['axe', 'htmlcs'], standard: 'WCAG2AA', timeout: 180000 });
    results.push({ Issues: issues.map(({ code, message, selector, runner }) => ({ code, message, selector, runner })) });
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(results));
