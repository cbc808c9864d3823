// The view of the people: who is on what, day by day. All days are named by the address, so that it is the same day
// whenever this runs.

import assert from 'node:assert/strict';
import test from 'node:test';

import { dayOf } from '../../web/board/dates.js';
import { nobody, weekNumber, workloadOf } from '../../web/board/workload.js';
import { saved, startBoard } from './board.mjs';

const week = '/people?from=2026-11-23';

function task(id, name, projectId, assignees, startDate, endDate, status = 'normal') {
    const type = { id: '1', name: '开发排期', color: '#1890ff', enabled: true };
    const rest = { progress: 20, remark: '', dailyRecords: [] };
    return { id, projectId, name, type, status, startDate, endDate, assignees, ...rest };
}

const plan = {
    projects: [
        { id: 'a', name: 'Payments', status: 'normal', progress: 10, startDate: '2026-11-01', endDate: '2026-12-31' },
        { id: 'b', name: '移动端', status: 'normal', progress: 10, startDate: '2026-11-01', endDate: '2026-12-31' },
    ],
    tasks: [
        task('t1', 'Login', 'a', ['Ann Lee'], '2026-11-23', '2026-11-27'),
        task('t2', 'Refunds', 'a', ['Ann Lee', '李娜'], '2026-11-25', '2026-11-27', 'delayed'),
        task('t3', '首页', 'b', ['Ann Lee', 'Ann Lee'], '2026-11-26', '2026-12-02'),
        task('t4', 'Done before', 'b', ['Ann Lee'], '2026-11-23', '2026-11-27', 'completed'),
        task('t5', 'For anybody', 'a', [], '2026-11-24', '2026-11-24'),
        task('t6', 'Some day', 'b', ['Bob'], undefined, undefined),
        task('t7', '<img src=x onerror=alert(1)>', 'gone', ['<b>Eve</b>'], '2026-12-01', '2026-12-01'),
        { id: 5, assignees: 7, type: 'none', startDate: '2026-12-03', endDate: '2026-12-04', name: { no: 'text' } },
        null,
    ],
    taskTypes: [{ id: '1', name: '开发排期', color: '#1890ff', enabled: true }],
    pmos: [], productManagers: [], historyRecords: [],
};

const range = { start: dayOf('2026-11-23'), days: 14, limit: 2, project: '', sort: 'name' };

test('the figures', async (t) => {
    await t.test('count running tasks, each once, and not on weekends', () => {
        const ann = workloadOf(plan, range).find(({ name }) => name === 'Ann Lee');
        assert.deepEqual(ann.counts, [1, 1, 2, 3, 3, 0, 0, 1, 1, 1, 0, 0, 0, 0]);
        assert.deepEqual([ann.tasks.length, ann.overloads, ann.load], [3, 2, 13]);
    });

    await t.test('of one project keep in mind what the same people do elsewhere', () => {
        const rows = workloadOf(plan, { ...range, project: 'b' });
        assert.deepEqual(rows.map(({ name }) => name).sort(), ['Ann Lee', 'Bob']);
        const ann = rows.find(({ name }) => name === 'Ann Lee');
        assert.deepEqual(ann.counts.slice(0, 5), [0, 0, 0, 1, 1]);
        assert.deepEqual([ann.tasks.length, ann.others.length, ann.overloads], [1, 2, 2]);
    });

    await t.test('put nobody last and call nothing of theirs an overload', () => {
        const rows = workloadOf(plan, { ...range, limit: 0, sort: 'load' });
        assert.deepEqual(rows.map(({ name }) => name), ['Ann Lee', '李娜', '7', '<b>Eve</b>', 'Bob', nobody]);
        assert.equal(rows.at(-1).overloads, 0);
    });

    await t.test('number the weeks as ISO 8601 does', () => {
        const numbers = { '2024-12-30': 1, '2026-01-01': 1, '2026-11-26': 48, '2027-01-03': 53, '2027-01-04': 1 };
        assert.deepEqual(Object.keys(numbers).map((day) => weekNumber(dayOf(day))), Object.values(numbers));
    });
});

test('the people', async (t) => {
    const board = await startBoard(t, { plan });
    const page = await board.open(t, { path: week });
    const cell = (name, where = page) => where.getByRole('gridcell', { name, exact: true });
    const focused = (locator) => locator.and(page.locator(':focus')).waitFor();
    const names = () => page.locator('.people-name').allInnerTexts();
    const option = (label, value, where = page) =>
        where.getByLabel(label, { exact: true }).selectOption({ label: value });
    const panel = page.locator('.people-tasks');

    await t.test('are shown with what they are on, day by day', async () => {
        await cell('Ann Lee, 25 Nov: 2 tasks').waitFor();
        assert.equal(await cell('Ann Lee, 26 Nov: 3 tasks, overloaded').innerText(), '3');
        assert.equal(await cell('李娜, 25 Nov: 1 task').innerText(), '1');
        await cell('Nobody, 24 Nov: 1 task').waitFor();
        assert.deepEqual(await names(), ['<b>Eve</b>', '7', 'Ann Lee', 'Bob', '李娜', 'Nobody']);
        assert.match(await page.getByRole('rowheader', { name: 'Ann Lee' }).innerText(), /3 tasks\s+2 days over/);
        await page.getByRole('columnheader', { name: 'Thursday 26 November' }).waitFor();
        await page.getByRole('columnheader', { name: 'Week 48' }).waitFor();
        await page.getByText('5 people, 1 overloaded').waitFor();
    });

    await t.test('are marked as overloaded by more than a colour, from a number on that is chosen', async () => {
        const style = await cell('Ann Lee, 26 Nov: 3 tasks, overloaded').evaluate((node) =>
            [getComputedStyle(node).fontWeight, getComputedStyle(node, '::after').content]);
        assert.deepEqual(style, ['700', '"!"']);
        await option('Overload', 'over 3 tasks');
        await cell('Ann Lee, 26 Nov: 3 tasks').waitFor();
        await option('Overload', 'over 1 task');
        await cell('Ann Lee, 25 Nov: 2 tasks, overloaded').waitFor();
        await option('Overload', 'over 2 tasks');
        await cell('Ann Lee, 25 Nov: 2 tasks').waitFor();
    });

    await t.test('can be narrowed down and sorted', async () => {
        await option('Sort', 'by load');
        assert.equal((await names())[0], 'Ann Lee');
        assert.equal((await names()).at(-1), 'Nobody');
        await option('Sort', 'by name');
        await option('Project', '移动端');
        assert.match(page.url(), /project=b/);
        assert.deepEqual(await names(), ['Ann Lee', 'Bob']);
        await cell('Ann Lee, 26 Nov: 1 task, 3 in all projects, overloaded').waitFor();
        await option('Project', 'All projects');
        await page.getByLabel('Find a name').fill('李');
        assert.deepEqual(await names(), ['李娜']);
        await page.getByLabel('Find a name').fill('not here');
        await page.getByText('No person matches').waitFor();
        assert.match(page.url(), /q=not\+here/);
        await page.getByRole('button', { name: 'Show all' }).click();
        assert.equal((await names()).length, 6);
        await page.getByText('weekend, not counted').waitFor();
    });

    await t.test('are reached by the keyboard, as one stop', async () => {
        const press = async (...keys) => {
            for (const key of keys)
                await page.keyboard.press(key);
            return page.locator(':focus').evaluate((node) => node.getAttribute('aria-label') ?? node.innerText);
        };
        await page.getByLabel('Find a name').focus();
        assert.equal(await press('Tab', 'Control+Home', 'ArrowDown', 'ArrowDown'), 'Ann Lee, 23 Nov: 1 task');
        assert.equal(await press('ArrowRight', 'ArrowDown'), 'Bob, 24 Nov: no tasks');
        assert.equal(await press('End'), 'Bob, 20 Dec: weekend, not counted');
        assert.equal(await press('Home'), 'Bob, 23 Nov: no tasks');
        assert.match(await press('ArrowLeft', 'ArrowLeft'), /^Bob/);
        await page.keyboard.press('Tab');
        assert.equal(await page.locator('table :focus').count(), 0);
        assert.match(await press('Shift+Tab'), /^Bob/);
        assert.equal(await page.locator('table [tabindex="0"]').count(), 1);
    });

    await t.test("show a day's tasks, each with a way to its editor", async () => {
        const busy = cell('Ann Lee, 26 Nov: 3 tasks, overloaded');
        await busy.click();
        await panel.getByRole('heading', { name: 'Ann Lee · Thu, 26 Nov 2026' }).waitFor();
        await panel.getByText('Overloaded: 3 tasks at a time, more than 2').waitFor();
        const tasks = panel.getByRole('listitem');
        assert.deepEqual(await tasks.locator('strong').allInnerTexts(), ['Login', 'Refunds', '首页']);
        assert.match(await tasks.nth(1).innerText(), /Payments · 开发排期\s+Delayed\s+25.*27 Nov 2026 · 20%/s);
        await page.keyboard.press('Escape');
        await focused(busy);
        await page.keyboard.press('Enter');
        await tasks.getByRole('button', { name: 'Refunds' }).click();
        const editor = page.getByRole('dialog', { name: 'Edit task' });
        await editor.getByLabel('Name').fill('Refunds and returns');
        await page.keyboard.press('Control+Enter');
        await editor.waitFor({ state: 'detached' });
        await saved(page);
        assert.equal((await board.document()).tasks[1].name, 'Refunds and returns');
        await focused(busy);
    });

    await t.test('keep the focus when others change the plan', async () => {
        const document = await board.document();
        const news = task('new', 'From elsewhere', 'b', ['李娜', 'Aaron'], '2026-11-25', '2026-11-25');
        const refunds = panel.getByRole('button', { name: 'Refunds' });
        await cell('李娜, 25 Nov: 1 task').click();
        await focused(refunds);
        await board.save({ ...document, tasks: [news, ...document.tasks] });
        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await panel.getByRole('button', { name: 'From elsewhere' }).waitFor();
        await focused(refunds);
        await page.keyboard.press('Escape');
        await focused(cell('李娜, 25 Nov: 2 tasks'));
        await board.save(document);
        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await focused(cell('李娜, 25 Nov: 1 task'));
        await cell('Aaron, 25 Nov: 1 task').waitFor({ state: 'detached' });
    });

    await t.test('show all tasks of a person, and lead to the schedule', async () => {
        await option('Project', '移动端');
        await page.getByRole('rowheader', { name: 'Ann Lee' }).getByRole('button').click();
        await panel.getByRole('heading', { name: /^Ann Lee · 23 Nov.*20 Dec 2026$/ }).waitFor();
        await panel.getByRole('heading', { name: 'In other projects' }).waitFor();
        assert.deepEqual(await panel.locator('strong').allInnerTexts(), ['首页', 'Login', 'Refunds and returns']);
        const link = panel.getByRole('link', { name: 'Show in the schedule' });
        const opened = page.context().waitForEvent('page');
        await link.click({ modifiers: ['Control'] });
        const tab = await opened;
        await tab.waitForURL('**/schedule?person=Ann+Lee');
        await tab.close();
        await link.click();
        await page.waitForURL('**/schedule?person=Ann+Lee');
    });

    await t.test('are shown as the address says', async () => {
        await page.goto(`${week}&weeks=8&limit=1&sort=load&q=ann`);
        await cell('Ann Lee, 25 Nov: 2 tasks, overloaded').waitFor();
        assert.deepEqual(await names(), ['Ann Lee']);
        const days = page.locator('thead tr:last-child th');
        assert.equal(await days.count(), 56);
        await page.getByRole('button', { name: 'Later' }).click();
        assert.match(page.url(), /from=2027-01-18/);
        await page.getByRole('columnheader', { name: 'Monday 18 January' }).waitFor();
        await page.getByRole('button', { name: 'Earlier' }).click();
        await page.getByRole('heading', { name: '23 Nov 2026 – 17 Jan 2027' }).waitFor();
        await option('Range', '4 weeks');
        assert.equal(await days.count(), 28);
        await page.getByRole('button', { name: 'Today' }).click();
        assert.doesNotMatch(page.url(), /from=/);
        const marked = await page.locator('thead [aria-current=date]').getAttribute('aria-label');
        assert.equal(marked, await page.evaluate(() =>
            new Intl.DateTimeFormat('en-GB', { weekday: 'long', month: 'long', day: 'numeric' }).format()));
    });

    await t.test('fit a narrow window, with their names in sight', async (t) => {
        const narrow = await board.open(t, { path: `${week}&weeks=8`, width: 390, height: 844, language: 'zh' });
        await cell('Ann Lee，11月26日：3 个任务，超载', narrow).waitFor();
        await narrow.locator('.people-scroll').evaluate((node) => { node.scrollLeft = 600; });
        const { x, width } = await narrow.getByRole('rowheader', { name: 'Ann Lee' }).boundingBox();
        assert.equal(x, 0);
        assert.ok(width < 130);
        assert.equal(await narrow.evaluate(() => document.documentElement.scrollWidth), 390);
        await narrow.getByRole('button', { name: '选项' }).click();
        await option('排序', '按负载', narrow);
        assert.equal(await narrow.locator('.people-name').first().innerText(), 'Ann Lee');
    });

    await t.test('are those of a project whose id is a number of 19 digits', async (t) => {
        const document = await board.document();
        const projects = [...document.projects, { id: 'LONG', name: 'Long' }, { name: 'Without an id' }];
        const tasks = [...document.tasks, task('long', 'Of the long one', 'LONG', ['Zoë'], '2026-11-23', '2026-11-23')];
        const text = JSON.stringify({ ...document, projects, tasks }).replaceAll('"LONG"', '1234567890123456789');
        assert.equal((await board.save(text)).status, 200);
        const other = await board.open(t, { path: week });
        await option('Project', 'Long', other);
        await cell('Zoë, 23 Nov: 1 task', other).waitFor();
        assert.deepEqual(await other.locator('.people-name').allInnerTexts(), ['Zoë']);
        assert.match(other.url(), /project=1234567890123456789$/);
        const offered = await other.getByLabel('Project', { exact: true }).locator('option').allInnerTexts();
        assert.deepEqual(offered, ['All projects', 'Payments', '移动端', 'Long']);
    });

    await t.test('are asked for where nobody is on a task', async () => {
        const document = await board.document();
        await board.save({ ...document, tasks: document.tasks.map((one) => one && { ...one, assignees: [] }) });
        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await page.getByText('Nobody is on a task yet').waitFor();
        await page.getByRole('button', { name: 'Open the schedule' }).click();
        await page.waitForURL('**/schedule');
    });
});
