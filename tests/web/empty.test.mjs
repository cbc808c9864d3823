// The first minutes with the page: nothing is planned yet, and it helps to begin.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';

import { saved, startBoard } from './board.mjs';
import { dayFromToday } from './team_plan.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const nothing = { projects: [], tasks: [] };

async function isSound(page) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 0);
}

test('a page without a plan', async (t) => {
    const board = await startBoard(t);

    await t.test('makes the first project, by the keyboard', async (t) => {
        const page = await board.open(t, { language: 'zh', width: 390, height: 844, dark: true });
        await saved(page);
        await page.getByRole('heading', { name: '排期还是空的' }).waitFor();
        await isSound(page);
        await page.getByLabel('项目名称').focus();
        await page.keyboard.type('  第一个 <b>项目</b> ');
        await page.keyboard.press('Enter');
        await page.getByRole('status').filter({ hasText: '已新建“第一个 <b>项目</b>”' }).waitFor();
        await saved(page);
        const { projects: [project], ...rest } = await board.document();
        assert.match(project.id, /^project-/);
        assert.deepEqual(project, {
            id: project.id, name: '第一个 <b>项目</b>', status: 'pending', progress: 0,
            startDate: dayFromToday(0), endDate: dayFromToday(27), owner: '', pmo: '', productManager: '', partners: [],
            developers: [], testers: [], contacts: [], chatGroupLinks: [], remark: '', dailyProgress: [],
        });
        assert.equal(rest.taskTypes.length, 6);
        assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY');
        await page.getByRole('button', { name: '撤销', exact: true }).click();
        await page.getByRole('heading', { name: '排期还是空的' }).waitFor();
        await saved(page);
        assert.deepEqual((await board.document()).projects, []);
    });

    await t.test('makes no project without a name, or that ends before it begins', async (t) => {
        const page = await board.open(t);
        await saved(page);
        const create = page.getByRole('button', { name: 'Add the first project' });
        const complaint = (label) => page.getByLabel(label).evaluate((input) => input.validationMessage);
        await page.getByLabel('Project name').fill('   ');
        await create.click();
        assert.equal(await complaint('Project name'), 'Give the project a name');
        await page.getByLabel('Project name').fill('Portal');
        await page.getByLabel('End').fill(dayFromToday(-1));
        await create.click();
        assert.equal(await complaint('End'), 'A project cannot end before it begins');
        assert.ok(await page.getByRole('heading', { name: 'Nothing is planned yet' }).isVisible());
        await page.getByLabel('End').fill('');
        assert.notEqual(await complaint('End'), 'A project cannot end before it begins');
        await page.getByLabel('End').fill(dayFromToday(0));
        await create.click();
        await saved(page);
        const { projects } = await board.document();
        assert.deepEqual(projects.map(({ name, startDate, endDate }) => [name, startDate, endDate]),
            [['Portal', dayFromToday(0), dayFromToday(0)]]);
    });

    await t.test('loads a sample, which the menu offers as long as there is nothing', async (t) => {
        await board.save(nothing);
        const page = await board.open(t);
        await saved(page);
        const more = page.getByRole('button', { name: 'More', exact: true });
        const choice = page.getByRole('menuitem', { name: 'Load sample' });
        await more.click();
        await choice.waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Load a sample' }).click();
        await saved(page);
        const { projects, tasks, taskTypes } = await board.document();
        assert.deepEqual(projects.map(({ name }) => name),
            ['Sample: Member app 2.0', 'Sample: Payment reconciliation', 'Sample: Sales dashboard']);
        assert.ok(tasks.length > 10 && tasks.every((task) => taskTypes.some(({ id }) => id === task.type.id)));
        await more.click();
        await page.getByRole('menuitem', { name: 'Print / PDF' }).waitFor();
        assert.equal(await choice.count(), 0);
        await page.keyboard.press('Escape');
        await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
        await page.getByRole('heading', { name: 'Nothing is planned yet' }).waitFor();
        await more.click();
        await choice.click();
        await saved(page);
        assert.equal((await board.document()).projects.length, 3);
    });

    await t.test('imports a file', async (t) => {
        await board.save(nothing);
        const page = await board.open(t);
        await saved(page);
        await isSound(page);
        await page.getByRole('button', { name: 'Import a file' }).click();
        const [chooser] = await Promise.all([
            page.waitForEvent('filechooser'), page.getByText('Choose a file').click(),
        ]);
        const buffer = Buffer.from('{"projects":[{"id":"p","name":"From a file"}]}');
        await chooser.setFiles({ name: 'plan.json', mimeType: 'application/json', buffer });
        await page.getByRole('dialog').getByRole('heading', { name: 'From a file Added' }).waitFor();
        await isSound(page);
        await page.getByRole('button', { name: 'Replace the document' }).click();
        await saved(page);
        assert.deepEqual((await board.document()).projects, [{ id: 'p', name: 'From a file' }]);
    });
});
