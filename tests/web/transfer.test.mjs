// What goes in and out of the page: files that are imported and exported, and what is printed.

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import test from 'node:test';

import { request } from '../server/servers.mjs';
import { failedRequests, saved, startBoard } from './board.mjs';
import { hits, hostilePlan } from './hostile_plan.mjs';
import { dayFromToday, teamPlan } from './team_plan.mjs';

const plan = { ...teamPlan({ projects: 2, tasks: 3 }), own: { kept: '不认识的成员' } };

async function choose(page, name) {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name }).click();
}

// What is downloaded by a choice of the menu: { name, bytes }.
async function downloaded(page, name) {
    const [download] = await Promise.all([page.waitForEvent('download'), choose(page, name)]);
    return { name: download.suggestedFilename(), bytes: await fs.readFile(await download.path()) };
}

function file(name, text) {
    return { name, mimeType: 'application/json', buffer: Buffer.from(text) };
}

// Opens the dialog and chooses a file in it.
async function offer(page, chosen) {
    await choose(page, 'Import JSON…');
    const dialog = page.getByRole('dialog', { name: 'Import JSON' });
    await dialog.getByLabel('Choose a file').setInputFiles(chosen);
    return dialog;
}

test('in and out', async (t) => {
    const board = await startBoard(t, { plan });

    await t.test('the document is exported as it is shown', async (t) => {
        const page = await board.open(t, { expected: failedRequests });
        await saved(page);
        const { name, bytes } = await downloaded(page, 'Export JSON');
        assert.equal(name, `schedule-${dayFromToday(0)}.json`);
        assert.equal(bytes.toString(), `${JSON.stringify(await board.document(), null, 2)}\n`);

        await page.route('**/api/data*', (route) => route.abort());
        const dialog = await offer(page, file('other.json', JSON.stringify({ ...plan, own: 'not saved' })));
        await dialog.getByRole('button', { name: 'Replace the document' }).click();
        assert.equal(JSON.parse((await downloaded(page, 'Export JSON')).bytes).own, 'not saved');
        assert.deepEqual(await board.document(), plan);
        await page.getByRole('button', { name: 'Undo', exact: true }).click();
        await page.unroute('**/api/data*');
        await page.locator('.state').click();
        await saved(page);
    });

    await t.test('tasks are exported for spreadsheets', async (t) => {
        const page = await board.open(t, { language: 'zh' });
        await saved(page);
        await page.getByRole('button', { name: '更多' }).click();
        const [download] = await Promise.all([
            page.waitForEvent('download'), page.getByRole('menuitem', { name: '导出全部任务（CSV）' }).click(),
        ]);
        assert.equal(download.suggestedFilename(), `schedule-tasks-${dayFromToday(0)}.csv`);
        const bytes = await fs.readFile(await download.path());
        assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
        const lines = bytes.subarray(3).toString().split('\r\n');
        assert.equal(lines.length, 1 + plan.tasks.length + 1);
        const { startDate, endDate } = plan.tasks[0];
        assert.equal(lines[1], `支付系统改造,接口开发,开发排期,已延期,100,${startDate},${endDate},9,张伟、赵强,,张伟,李娜,王芳`);
    });

    await t.test('a bad file changes nothing', async (t) => {
        const page = await board.open(t);
        await saved(page);
        const tasks = plan.tasks.with(1, { ...plan.tasks[1], startDate: '2026-13-01', status: '<b>' });
        const dialog = await offer(page, file('bad.json', JSON.stringify({ ...plan, tasks })));
        await dialog.getByRole('heading', { name: 'This file cannot be imported' }).waitFor();
        assert.deepEqual(await dialog.getByRole('listitem').allInnerTexts(), [
            "tasks[1] (联调): startDate is '2026-13-01', but should be a day",
            "tasks[1] (联调): status is '<b>', but should be one of pending, normal, risk, delayed, completed",
        ]);
        const replace = dialog.getByRole('button', { name: 'Replace the document' });
        assert.ok(await replace.isDisabled());

        await dialog.getByLabel('Choose a file').setInputFiles(file('comma.json', '{\n  "tasks": [1 2]}'));
        await dialog.getByText(/^The file is no valid JSON: .*\(line 2 column 15\)$/).waitFor();
        const deep = `{"own":${'['.repeat(30000)}1234567890123456789${']'.repeat(30000)}}`;
        await dialog.getByLabel('Choose a file').setInputFiles(file('deep.json', deep));
        await dialog.getByText('nested more than 128 levels deep').waitFor();
        const gb18030 = { ...file('gb.json', ''), buffer: Buffer.from([0x22, 0xd6, 0xd0, 0x22]) };
        await dialog.getByLabel('Choose a file').setInputFiles(gb18030);
        await dialog.getByText(/not encoded in UTF-8/).waitFor();
        await dialog.getByLabel('Choose a file').setInputFiles(file('same.json', JSON.stringify(plan)));
        await dialog.getByText('The file is the same as the present document').waitFor();
        assert.ok(await replace.isDisabled());
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
        assert.deepEqual(await board.document(), plan);
    });

    await t.test('a file that is dropped replaces the document, until that is undone', async (t) => {
        const page = await board.open(t);
        await saved(page);
        await choose(page, 'Import JSON…');
        const dialog = page.getByRole('dialog', { name: 'Import JSON' });
        const number = '12345678901234567890';
        const imported = {
            projects: [plan.projects[0], { id: 'new', name: 'New', far: 1 }],
            tasks: [{ ...plan.tasks[0], name: 'Renamed' }, { id: 'stray', name: 'Stray', projectId: 'gone' }],
            pmos: [{ id: 'number', name: 'x' }],
        };
        const text = `\ufeff${JSON.stringify(imported)}`.replace('"number"', number);
        const data = await page.evaluateHandle((content) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([content], 'dropped.json'));
            return transfer;
        }, text);
        await dialog.dispatchEvent('dragover', { dataTransfer: data });
        await dialog.dispatchEvent('drop', { dataTransfer: data });
        const replace = dialog.getByRole('button', { name: 'Replace the document' });
        await page.locator('dialog button.primary:enabled').waitFor();
        await dialog.getByText(/^dropped\.json · 1 kB · 2 projects, 2 tasks$/).waitFor();
        assert.deepEqual((await dialog.getByRole('listitem').allInnerTexts()).slice(0, 2), [
            "tasks[1] (Stray): its project 'gone' is not in the file; it is shown as a task without a project",
            'The file has no task types; the present ones stay',
        ]);
        await dialog.getByText(/^What importing changes: 1 project added, 1 project deleted, 1 task changed/).waitFor();
        await dialog.getByRole('listitem').filter({ hasText: /^Name 接口开发 → Renamed$/ }).waitFor();
        assert.deepEqual((await dialog.getByRole('heading', { level: 3 }).allInnerTexts()).slice(1), ['支付系统改造',
            'New Added', '移动端改版 Deleted', 'Tasks without a project', 'PMOs', 'Product managers', 'The rest']);
        await replace.click();
        await saved(page);
        const stored = (await request(board.running.port, 'GET', '/api/data')).text;
        assert.ok(stored.includes(`"id": ${number},`));
        assert.deepEqual(JSON.parse(stored), {
            ...imported, pmos: [{ id: Number(number), name: 'x' }], taskTypes: plan.taskTypes,
        });
        const notice = page.getByRole('status').filter({ hasText: 'Imported dropped.json: 2 projects, 2 tasks.' });
        await notice.getByRole('button', { name: 'Undo' }).click();
        await notice.waitFor({ state: 'detached' });
        await saved(page);
        assert.deepEqual(await board.document(), plan);
    });

    await t.test('the schedule is printed as it is filtered, and nothing else', async (t) => {
        const page = await board.open(t, { path: '/schedule?status=delayed', dark: true });
        await saved(page);
        await page.evaluate(() => { window.print = () => { window.printed = true; }; });
        await choose(page, 'Print / PDF');
        assert.ok(await page.evaluate(() => window.printed));
        await page.emulateMedia({ media: 'print' });
        const sheet = page.getByRole('article');
        assert.deepEqual(await sheet.locator('tbody th').allInnerTexts(), ['支付系统改造', '接口开发 开发排期']);
        await sheet.getByText('Only what passes the filter: Delayed').waitFor();
        const visible = () => [...document.body.children].filter((node) => node.checkVisibility()).length;
        assert.equal(await page.evaluate(visible), 1);
        assert.equal(await sheet.evaluate((node) => getComputedStyle(node).color), 'rgb(28, 36, 48)');
        // The project is 46 days long, and its first task the first nine of them.
        assert.deepEqual(await page.locator('.print-bar').evaluateAll((bars) => bars.map((bar) => {
            const [inner, outer] = [bar, bar.closest('td')].map((node) => node.getBoundingClientRect());
            return [inner.left - outer.left, inner.width].map((length) => Math.round(length / outer.width * 46));
        })), [[0, 46], [0, 9]]);
    });

    await t.test('printing by the browser shows what there is then', async (t) => {
        const page = await board.open(t);
        await saved(page);
        await board.save(teamPlan({ projects: 20, tasks: 10 }));
        await page.locator('.state').click();
        await page.locator('.state[data-kind="merged"]').waitFor();
        const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
        assert.match(pdf, /MediaBox ?\[0 0 841\.\d+ 594\.\d+\]/);
        const pages = pdf.match(/\/Type ?\/Page\b/g).length;
        assert.ok(pages >= 5 && pages <= 12, `${pages} pages`);
        assert.equal(await page.locator('.print-task').count(), 200);
        assert.equal(await page.locator('.print-project').count(), 20);
    });
});

test('a hostile plan in and out', async (t) => {
    const plan = hostilePlan();
    const board = await startBoard(t, { plan });
    const page = await board.open(t);
    await saved(page);
    const stored = await board.document();
    const csv = (await downloaded(page, 'Export all tasks as CSV')).bytes.toString();
    assert.ok(csv.includes('"task ""\'><hit-me>'));
    const { bytes } = await downloaded(page, 'Export JSON');
    assert.deepEqual(JSON.parse(bytes), stored);
    const dialog = await offer(page, { name: '<hit-me>.json', mimeType: 'application/json', buffer: bytes });
    await dialog.getByRole('heading', { name: 'This file cannot be imported' }).waitFor();
    assert.match(await dialog.innerText(), /<hit-me>\.json/);
    assert.match(await dialog.getByRole('listitem').allInnerTexts().then((texts) => texts.join('\n')), /<hit-me>/);
    await page.keyboard.press('Escape');
    await page.pdf();
    await page.emulateMedia({ media: 'print' });
    assert.match(await page.getByRole('article').innerText(), /<hit-me>/);
    assert.deepEqual(await hits(page), { script: undefined, elements: 0 });
    assert.deepEqual(await board.document(), stored);
});
