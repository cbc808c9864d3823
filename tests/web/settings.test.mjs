// The settings: task types, PMOs and product managers, and what their changes mean for tasks and projects.

import assert from 'node:assert/strict';
import test from 'node:test';

import { saved, startBoard } from './board.mjs';

const types = [
    { id: '1', name: '开发排期', color: '#1890ff', enabled: true, extra: { kept: true } },
    { id: '2', name: 'Testing', color: '#ABC', enabled: true },
    { id: '3', name: '<img src=x onerror=alert(1)>', color: 'url(https://example.invalid/)', enabled: false },
];

function copy(id, name, color, rest = {}) {
    return { id, name, color, enabled: true, ...rest };
}

const plan = {
    projects: [
        { id: 'a', name: 'Payments', pmo: '李娜', productManager: 'Ann Lee' },
        { id: 'b', name: 'Portal', pmo: '李娜', productManager: '王芳', partners: ['李娜'] },
    ],
    tasks: [
        { id: 't1', projectId: 'a', name: 'Login', type: copy('1', '开发排期', '#1890ff', { extra: 7 }) },
        { id: 't2', projectId: 'a', name: 'Refunds', type: copy('1', 'Older name', '#000000') },
        { id: 't3', projectId: 'b', name: 'Home', type: copy('2', 'Testing', '#abc') },
        { id: 't4', projectId: 'b', name: 'No type', type: 'none' },
    ],
    taskTypes: types,
    pmos: [{ id: 'pmo-1', name: '李娜', enabled: true, phone: '1' }, { id: 'pmo-2', name: '周敏', enabled: true }, '只是文字'],
    productManagers: [{ name: '王芳' }, { name: 'Ann Lee' }],
    historyRecords: [{ id: 'h1' }],
};

test('the settings', async (t) => {
    const board = await startBoard(t, { plan });
    const page = await board.open(t, { path: '/settings' });
    const section = (name) => page.getByRole('region', { name, exact: true });
    const nameOf = (what) => page.getByLabel(`Name of ${what}`, { exact: true });
    const press = (label) => page.getByRole('button', { name: label, exact: true }).click();
    const focused = (locator) => locator.and(page.locator(':focus')).waitFor();
    const stored = async () => {
        await saved(page);
        return board.document();
    };
    const shownTypes = () => section('Task types').locator('.settings-row input[type=text]').evaluateAll((fields) =>
        fields.map((field) => field.value));

    await t.test('show what there is and who uses it', async () => {
        const rows = section('Task types').getByRole('listitem');
        assert.match(await rows.nth(0).innerText(), /#1890ff.*2 tasks/s);
        assert.match(await rows.nth(2).innerText(), /not used/);
        assert.equal(await page.getByLabel('Colour of Testing').inputValue(), '#aabbcc');
        assert.equal(await page.getByLabel('<img src=x onerror=alert(1)> in use').isChecked(), false);
        assert.match(await section('PMOs').innerText(), /2 projects.*One more entry of another form/s);
        assert.deepEqual(await board.document(), plan);
    });

    await t.test('rename a type in its tasks, too, and that can be undone', async () => {
        await nameOf('开发排期').fill('  Development ');
        await page.keyboard.press('Enter');
        const changed = await stored();
        assert.deepEqual(changed.taskTypes[0], { ...types[0], name: 'Development' });
        const name = 'Development';
        assert.deepEqual(changed.tasks, plan.tasks.map((task, index) =>
            index < 2 ? { ...task, type: { ...task.type, name } } : task));
        await focused(nameOf('Development'));
        await press('Undo: Renamed 开发排期 to Development');
        assert.deepEqual(await stored(), plan);
    });

    await t.test('refuse a name that is empty or taken, and go back to the old one by Escape', async () => {
        await nameOf('Testing').fill(' ');
        await page.keyboard.press('Enter');
        await page.getByText('A name is needed').waitFor();
        await nameOf('Testing').fill('开发排期');
        await nameOf('Testing').blur();
        await page.getByText('There is one of this name already').waitFor();
        assert.equal(await nameOf('Testing').getAttribute('aria-invalid'), 'true');
        await nameOf('Testing').press('Escape');
        assert.equal(await nameOf('Testing').inputValue(), 'Testing');
        assert.equal(await page.getByText('There is one of this name already').count(), 0);
        assert.ok(await page.getByRole('button', { name: 'Undo', exact: true }).isDisabled());
    });

    await t.test('colour a type and its tasks, and take it out of use', async () => {
        await page.getByLabel('Colour of Testing').fill('#00aa11');
        await page.getByLabel('Testing in use').uncheck();
        const { taskTypes, tasks } = await stored();
        assert.deepEqual(taskTypes[1], { id: '2', name: 'Testing', color: '#00aa11', enabled: false });
        assert.deepEqual(tasks[2].type, { id: '2', name: 'Testing', color: '#00aa11', enabled: true });
        await page.getByLabel('Testing in use').check();
    });

    await t.test('order types', async () => {
        await press('Move Testing up');
        assert.deepEqual(await shownTypes(), ['Testing', types[0].name, types[2].name]);
        await focused(page.getByRole('button', { name: 'Move Testing down' }));
        await page.getByText('Testing is now 1 of 3').waitFor();
        await press('Move Testing down');
        await press('Move Testing down');
        assert.deepEqual((await stored()).taskTypes.map(({ id }) => id), ['1', '3', '2']);
        await press('Undo: Moved Testing');
        await press('Undo: Moved Testing');
        await press('Undo: Moved Testing');
        assert.deepEqual(await shownTypes(), types.map(({ name }) => name));
    });

    await t.test('add a type, but none of a name that is there', async () => {
        const field = page.getByLabel('New task type', { exact: true });
        await field.fill(' testing ');
        await field.press('Enter');
        await section('Task types').getByText('There is one of this name already').waitFor();
        await field.fill('设计');
        await field.press('Enter');
        await focused(field);
        assert.equal(await field.inputValue(), '');
        const added = (await stored()).taskTypes.at(-1);
        assert.match(added.id, /^type-\d+-/);
        assert.deepEqual({ ...added, id: '' }, { id: '', name: '设计', color: '#52c41a', enabled: true });
    });

    await t.test('delete a type that nobody uses, with a way back', async () => {
        await press('Delete 设计');
        assert.deepEqual(await shownTypes(), types.map(({ name }) => name));
        await page.locator('.notice', { hasText: 'Deleted 设计' }).getByRole('button', { name: 'Undo' }).click();
        assert.deepEqual(await shownTypes(), [...types.map(({ name }) => name), '设计']);
    });

    await t.test('offer to take a type out of use that tasks are of, or leave them their copies', async () => {
        const dialog = page.getByRole('dialog', { name: 'Delete the type 开发排期?' });
        await press('Delete 开发排期');
        await dialog.getByText('It is the type of 2 tasks').waitFor();
        await dialog.getByRole('button', { name: 'Take out of use' }).click();
        assert.equal(await page.getByLabel('开发排期 in use').isChecked(), false);
        await press('Delete 开发排期');
        await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
        const { taskTypes, tasks } = await stored();
        assert.deepEqual(taskTypes.map(({ id }) => id).slice(0, 2), ['2', '3']);
        assert.deepEqual(tasks[0].type, plan.tasks[0].type);
        await focused(page.getByRole('button', { name: 'Delete Testing' }));
    });

    await t.test('keep the last type', async () => {
        await press('Delete 设计');
        await press('Delete <img src=x onerror=alert(1)>');
        await press('Delete Testing');
        await page.getByRole('alert').getByText('The last type cannot be deleted').waitFor();
        assert.deepEqual((await stored()).taskTypes, [{ ...types[1], color: '#00aa11' }]);
    });

    await t.test('rename a person in the projects, too', async () => {
        await nameOf('李娜').fill('李娜娜');
        await nameOf('李娜').blur();
        const { pmos, projects } = await stored();
        assert.deepEqual(pmos, [{ ...plan.pmos[0], name: '李娜娜' }, ...plan.pmos.slice(1)]);
        assert.deepEqual(projects.map(({ pmo }) => pmo), ['李娜娜', '李娜娜']);
        assert.deepEqual(projects[1].partners, ['李娜']);
        const notice = page.locator('.notice', { hasText: 'in 2 projects as well' });
        await notice.getByRole('button', { name: 'Undo' }).click();
        // One without an id is known by its whole value, which changes; the field stays the same.
        await nameOf('Ann Lee').fill('Anna Lee');
        await page.keyboard.press('Enter');
        await focused(nameOf('Anna Lee'));
        const after = await stored();
        assert.deepEqual(after.productManagers, [{ name: '王芳' }, { name: 'Anna Lee' }]);
        assert.deepEqual(after.projects, [{ ...plan.projects[0], productManager: 'Anna Lee' }, plan.projects[1]]);
    });

    await t.test('add and delete people', async () => {
        await page.getByLabel('New PMO').fill('<b>Zoë</b>');
        await section('PMOs').getByRole('button', { name: 'Add' }).click();
        await press('Delete 李娜');
        await page.getByText('Deleted 李娜; still named by 2 projects').waitFor();
        const { pmos, projects } = await stored();
        assert.deepEqual(pmos.map((one) => one.name ?? one), ['周敏', '只是文字', '<b>Zoë</b>']);
        assert.equal(projects[0].pmo, '李娜');
    });

    await t.test("keep focus and half-typed text when others' changes arrive", async () => {
        await nameOf('周敏').fill('周敏敏');
        const document = await stored();
        const taskTypes = [{ id: '9', name: 'From elsewhere', color: '#333333', enabled: true }, ...document.taskTypes];
        const pmos = [{ id: 'pmo-9', name: 'First' }, ...document.pmos];
        await board.save({ ...document, taskTypes, pmos });
        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await nameOf('First').waitFor();
        await focused(nameOf('周敏'));
        assert.equal(await nameOf('周敏').inputValue(), '周敏敏');
        assert.deepEqual(await shownTypes(), ['From elsewhere', 'Testing']);
        await page.keyboard.press('Enter');
        assert.equal((await stored()).pmos[1].name, '周敏敏');
    });

    await t.test('leave alone what is no list, and fit a narrow window', async (t) => {
        const document = await stored();
        await board.save({ ...document, pmos: { not: 'a list' } });
        const narrow = await board.open(t, { path: '/settings', width: 390, height: 844, language: 'zh', dark: true });
        const pmos = narrow.getByRole('region', { name: 'PMO', exact: true });
        await pmos.getByText('不是列表').waitFor();
        assert.equal(await pmos.getByRole('textbox').count(), 0);
        assert.equal(await narrow.evaluate(() => document.documentElement.scrollWidth), 390);
        await narrow.getByLabel('“Testing”的名称').fill('测试');
        await narrow.keyboard.press('Enter');
        await saved(narrow);
        const { taskTypes, pmos: kept } = await board.document();
        assert.deepEqual([taskTypes[1].name, kept], ['测试', { not: 'a list' }]);
    });

    await t.test('rename a type in its tasks, too, if its id is a number of 19 digits', async (t) => {
        const document = await stored();
        const type = copy('LONG', 'Long', '#123456');
        const taskTypes = [...document.taskTypes, type];
        const tasks = [...document.tasks, { id: 't5', projectId: 'a', name: 'Long', type }];
        const text = JSON.stringify({ ...document, taskTypes, tasks }).replaceAll('"LONG"', '1234567890123456789');
        assert.equal((await board.save(text)).status, 200);
        const other = await board.open(t, { path: '/settings' });
        await other.getByLabel('Name of Long').fill('Longer');
        await other.keyboard.press('Enter');
        await other.locator('.notice', { hasText: 'Renamed Long to Longer, in 1 task as well' }).waitFor();
        await saved(other);
        const after = await other.evaluate(() => fetch('/api/data').then((answer) => answer.text()));
        assert.equal(after.match(/"id": 1234567890123456789,\s+"name": "Longer"/g).length, 2);
    });
});
