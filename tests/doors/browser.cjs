// Walks through the story of the demo in Chromium, on three widths, by links, forms and keys alone.
// Usage: node browser.cjs ADDRESS DIRECTORY-WITH-NODE-MODULES [DIRECTORY-FOR-SCREENSHOTS]
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');

const [address, modules, shots] = process.argv.slice(2);
const from = (name) => require(path.resolve(modules, 'node_modules', name));
const { chromium } = from('playwright-core');
const axe = fs.readFileSync(path.resolve(modules, 'node_modules/axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function walk(browser, width, colorScheme, withAxe) {
  // Scripts are allowed for the checker alone: the pages have none and forbid them.
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
  context.setDefaultTimeout(60000);
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(request.url()));
  const check = async (name) => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.strictEqual(over, 0, `${name} at ${width}: no wider than the window`);
    if (shots) await page.screenshot({ path: path.join(shots, `${name}-${width}.png`), fullPage: true });
    if (!withAxe) return;
    await page.evaluate(axe);
    const { violations } = await page.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES);
    assert.deepStrictEqual(violations.map((one) => `${one.id}: ${one.nodes[0].html}`), [], `${name} at ${width}`);
  };
  const main = () => page.locator('main').innerText();

  await page.goto(address + '/');
  await check('home');
  // By keys alone: past the skip link to the search, a name in another script, and into the result.
  await page.keyboard.press('Tab');
  assert.strictEqual(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  assert.strictEqual(await page.evaluate(() => document.activeElement.id), 'search');
  await page.keyboard.type('许主洪');
  await Promise.all([page.waitForURL(/\/find\?/), page.keyboard.press('Enter')]);
  await check('find');
  await page.locator('main a', { hasText: 'Steven Hoi' }).first().click();
  await page.waitForURL(/\/person\?/);
  await check('person');

  // The day, and what was known: before the rumour there is no lab, after it there is.
  const set = async (clock, value) => {
    await page.locator(`#clock-${clock}`).fill(value);
    await Promise.all([page.waitForURL(new RegExp(`${clock}=${value}`)), page.getByRole('button', { name: 'Show' }).click()]);
  };
  await set('at', '2025-10-01');
  assert.match(await main(), /Tongyi Lab/);
  await set('known', '2025-09-28');
  assert.doesNotMatch(await main(), /Tongyi Lab|通義/);
  await Promise.all([
    page.waitForURL(/known=2025-09-29/),
    page.getByRole('link', { name: /^Known: next change/ }).click(),
  ]);
  assert.match(await main(), /rumoured/);
  await Promise.all([page.waitForURL((url) => !url.searchParams.has('known')), page.getByRole('link', { name: 'Known: now' }).click()]);
  assert.match(await main(), /confirmed/);
  assert.match(await main(), /sources disagree/);

  // Every fact leads to its evidence, and that to all that an event says.
  await page.locator('.posts a.why').nth(1).click();
  await page.waitForURL(/\/why\?/);
  assert.match(await main(), /Says so/);
  await check('why');
  await page.getByRole('link', { name: /^all that it says/ }).first().click();
  await page.waitForURL(/of=%23/);
  assert.match(await main(), /What became of it/);
  await check('event');

  // The lab, its chart and who led it; the company; what changed.
  await page.goto(address + '/unit?unit=Tongyi+Lab&at=2025-10-01');
  assert.match(await main(), /Zhou Jingren[\s\S]*Who led it[\s\S]*Contradictions/);
  await check('unit');
  await page.locator('main p.also a', { hasText: 'Alibaba' }).click();
  await page.waitForURL(/unit=alibaba(&|$)/);
  assert.match(await main(), /a company[\s\S]*Chart on 2025-10-01/);
  await check('company');
  await page.getByRole('link', { name: 'What changed between two points' }).click();
  await page.waitForURL(/\/diff\?/);
  await page.locator('#at-from').fill('2026-03-01');
  await page.locator('#at-to').fill('2026-04-10');
  await Promise.all([page.waitForURL(/at_from=2026-03-01/), page.getByRole('button', { name: 'Compare' }).click()]);
  assert.match(await main(), /left · 林俊暘/);
  await check('diff');
  await page.goto(address + '/conflicts');
  await check('conflicts');

  // What is to be cited is the same page.
  await page.goto(address + '/person?person=steven-hoi&at=2025-10-01');
  const before = await main();
  await page.locator('.cite a').click();
  await page.waitForURL(/recorded=\d+/);
  assert.strictEqual(await main(), before);

  // On paper there are no forms to fill in.
  await page.emulateMedia({ media: 'print', colorScheme: null });
  assert.strictEqual(await page.locator('.search').isVisible(), false);
  assert.strictEqual(await page.locator('main').isVisible(), true);
  if (shots) await page.screenshot({ path: path.join(shots, `print-${width}.png`), fullPage: true });
  assert.deepStrictEqual(complaints, [], `at ${width}`);
  await context.close();
  console.log(`walked ${width}`);
}

// The line of a clock is dragged, by the script that the server lets run; without scripts its marks are links.
async function drag(browser, javaScriptEnabled) {
  const context = await browser.newContext({ viewport: { width: 1024, height: 900 }, javaScriptEnabled });
  context.setDefaultTimeout(60000);
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address + '/person?person=steven-hoi&at=2025-10-01');
  const clock = page.locator('.clock', { has: page.locator('#clock-at') });
  const marks = clock.locator('.track a');
  const middle = async (mark) => {
    const box = await mark.locator('rect').boundingBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const points = await marks.evaluateAll((all) => all.map((mark) => mark.dataset.point));
  if (javaScriptEnabled) {
    await page.mouse.move(...(await middle(marks.nth(3))));
    await page.mouse.down();
    await page.mouse.move(...(await middle(marks.nth(1))), { steps: 5 });
    assert.strictEqual(await page.locator('#clock-at').inputValue(), points[1], 'the field follows');
    await Promise.all([page.waitForURL((url) => url.searchParams.get('at') === points[1]), page.mouse.up()]);
  } else {
    await page.mouse.click(...(await middle(marks.nth(1))));
    await page.waitForURL((url) => url.searchParams.get('at') === points[1]);
  }
  assert.strictEqual(await page.locator('h2#posts').innerText(), `Posts on ${points[1]}`);
  assert.deepStrictEqual(complaints, []);
  await context.close();
  console.log(javaScriptEnabled ? 'dragged' : 'clicked');
}

(async () => {
  const onPath = process.env.PATH.split(path.delimiter).map((directory) => path.join(directory, 'chromium'));
  const executablePath = process.env.CHROMIUM || onPath.find((file) => fs.existsSync(file));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  // What axe looks at depends on colours, and on the width only where a window is narrow; at full size it looks at all.
  const all = 'TENURE_ATTACK_TIMES' in process.env;
  for (const [width, scheme, withAxe] of [[360, 'light', true], [768, 'dark', true], [1920, 'light', all]]) {
    await walk(browser, width, scheme, withAxe);
  }
  for (const scripts of [true, false]) await drag(browser, scripts);
  await browser.close();
})().catch((error) => { console.error(error); process.exit(1); });
