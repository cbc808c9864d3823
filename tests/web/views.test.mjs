// Every view at both widths, in both languages, light and dark: axe-core finds nothing to complain about, nothing is
// wider than the window, and what a document says is never more than text.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';

import { saved, startBoard } from './board.mjs';
import { hits, hostilePlan } from './hostile_plan.mjs';
import { teamPlan } from './team_plan.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function complaints(page) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    const found = (nodes) => nodes.map(({ html }) => html.slice(0, 200)).join(' | ');
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${found(nodes)}`);
}

async function isSound(page) {
    await saved(page);
    assert.deepEqual(await complaints(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 0);
}

const appearances = [
    { width: 1280, height: 800, language: 'en' },
    { width: 390, height: 844, language: 'zh', dark: true },
];
const names = { en: { edit: 'Edit', language: 'en-GB' }, zh: { edit: '编辑', language: 'zh-CN' } };

test('every view', async (t) => {
    const board = await startBoard(t, { plan: teamPlan() });
    for (const appearance of appearances) {
        for (const view of ['schedule', 'people', 'history', 'settings']) {
            await t.test(`${view} at ${appearance.width} px`, async (t) => {
                const page = await board.open(t, { ...appearance, path: `/${view}` });
                await isSound(page);
                assert.equal(await page.locator('html').getAttribute('lang'), names[appearance.language].language);
            });
        }
    }
});

// What is to be read in the view, be it in fields.
function textOf(page) {
    return page.locator('main').evaluate((main) =>
        [main.innerText, ...[...main.querySelectorAll('input')].map(({ value }) => value)].join('\n'));
}

test('a hostile plan', async (t) => {
    const board = await startBoard(t, { plan: hostilePlan() });
    const stored = await board.document();
    for (const view of ['schedule', 'people', 'history?at=records', 'settings']) {
        await t.test(view, async (t) => {
            const page = await board.open(t, { path: `/${view}` });
            await saved(page);
            assert.match(await textOf(page), /<hit-me>/);
            assert.deepEqual(await hits(page), { script: undefined, elements: 0 });
        });
    }
    assert.deepEqual(await board.document(), stored);
});
