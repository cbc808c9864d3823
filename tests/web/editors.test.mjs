// Editing tasks and projects: what was changed is stored, and nothing else, whatever shapes a document has.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';

import { saved, startBoard } from './board.mjs';
import { hits, hostilePlan } from './hostile_plan.mjs';
import { dayFromToday } from './team_plan.mjs';

const taskTypes = [
    { id: '1', name: 'Build', color: '#1890ff', enabled: true, order: 1 },
    { id: '2', name: 'Test', color: '#faad14', enabled: true },
    { id: '3', name: 'Old', color: '#999999', enabled: false },
];

// Among what is usual, in every member something that is not.
const payments = {
    id: 'p1', name: 'Payments', status: 'normal', progress: 40, startDate: '2026-1-5',
    endDate: '2026-03-31T00:00:00.000Z', owner: 'Zhang', pmo: 'Retired', productManager: 5, partners: ['Bank'],
    developers: ['Zhang', { name: 'Li', team: 3 }, null], testers: 'Zhou',
    contacts: [{ name: 'Qian', role: 'ops', phone: 13800000001, chat: 'q1' }, 'Wu 139'],
    chatGroupLinks: ['https://chat.example/1', 'javascript:alert(1)', { href: 'x' }], remark: 7,
    dailyProgress: [{ date: '2026-01-06', progress: '10', status: 'normal', content: 'Begun', by: 'Zhang' }, 'spoken'],
    budget: { total: [1, 2.5] },
};
const portal = { id: 'p2', name: 'Portal', chatGroupLinks: [''], budget: null };
const login = {
    id: 't1', projectId: 'p1', name: 'Login page', type: taskTypes[0], status: 'blocked', progress: '33.3',
    startDate: '2026-1-5', endDate: '2026-01-09T08:00:00', assignees: ['Zhang', 7, null, { name: 'Li', load: 1 }],
    remark: 'one\r\ntwo', estimate: { days: 3 },
    dailyRecords: [
        { date: '2026-01-07', progress: 30, status: 'risk', content: 'Slow', assignees: ['Zhang'], mood: 'low' },
        'spoken',
        { date: '2026-01-05', progress: 10, status: 'normal', content: 'Begun', assignees: [] },
    ],
};
const backwards = {
    id: 't2', projectId: 'p1', name: 'Backwards', type: taskTypes[2], progress: 0, startDate: '2026-02-10',
    endDate: '2026-02-01', assignees: [],
};
const stray = {
    id: 't3', projectId: 'gone', name: 'Stray', type: { id: '9', name: 'Lost', color: '#123456' }, startDate: 'soon',
    remark: ['a'],
};
const plan = {
    projects: [payments, portal], tasks: [login, backwards, stray], taskTypes,
    pmos: [{ id: 'a', name: 'Ann', enabled: true }, { id: 'b', name: 'Retired', enabled: false }],
    productManagers: [{ id: 'c', name: 'Mo', enabled: true }], historyRecords: [], extra: { kept: true },
};

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// The plan with other members in the item of an id.
function planWith(id, members) {
    const changed = (items) => items.map((item) => item.id === id ? { ...item, ...members } : item);
    return { ...plan, projects: changed(plan.projects), tasks: changed(plan.tasks) };
}

// At its name; buttons stand at the end of that.
function choose(row) {
    return row.click({ position: { x: 60, y: 10 } });
}

async function openRow(page, row) {
    await choose(row);
    await page.keyboard.press('Enter');
    return page.locator('dialog.editor');
}

function rowOf(page, name) {
    return page.getByRole('row', { name: new RegExp(`^${name.replace(/[()]/g, '.')}[,，]`) });
}

function open(page, name) {
    return openRow(page, rowOf(page, name));
}

async function press(dialog, button) {
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
}

async function save(page, dialog) {
    await press(dialog, 'Save');
    await saved(page);
}

async function addFromMenu(page, what) {
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('menuitem', { name: what }).click();
    return page.locator('dialog.editor');
}

async function nameAdd(dialog, label, name) {
    const box = dialog.getByRole('combobox', { name: label });
    await box.fill(name);
    await box.press('Enter');
}

function progressOf(dialog) {
    return dialog.getByLabel('Progress', { exact: true }).first();
}

function chosen(dialog, label) {
    return dialog.getByLabel(label).first().locator('option:checked').innerText();
}

// What assistive technology says of a field.
function stateOf(dialog, label) {
    return dialog.getByLabel(label, { exact: true }).first().evaluate((control) => ({
        isInvalid: control.ariaInvalid === 'true',
        notes: document.getElementById(control.getAttribute('aria-describedby')).innerText,
    }));
}

async function othersSave(page, board, document) {
    await board.save(document);
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
}

async function taskFields(page, board) {
    const dialog = await open(page, 'Login page');
    await dialog.getByLabel('Name').fill('  Sign-in page ');
    await dialog.getByLabel('Project').selectOption('Portal');
    await dialog.getByText('Test', { exact: true }).click();
    await dialog.getByLabel('Status').selectOption('Delayed');
    await progressOf(dialog).fill('55.5');
    await dialog.getByLabel('Start').fill('2026-01-06');
    await dialog.getByLabel('End').fill('2026-01-12');
    assert.equal(await dialog.getByRole('status').first().innerText(), '7 days, 5 of them working days');
    await nameAdd(dialog, 'Assignees', 'Wang');
    await dialog.getByRole('button', { name: 'Remove Zhang' }).click();
    await dialog.getByLabel('Remark').fill('three\nfour');
    await dialog.getByText('Daily records').click();
    const records = dialog.getByRole('listitem').filter({ hasText: /2026|spoken/ });
    assert.deepEqual((await records.allInnerTexts()).map((text) => text.split(/\n+/)), [
        ['7 Jan 2026', 'At risk', '30%', 'Zhang', 'Slow', 'mood: low'], ['5 Jan 2026', 'On track', '10%', 'Begun'],
        ['spoken'],
    ]);
    await records.first().getByRole('button', { name: 'Edit' }).click();
    await records.first().getByLabel('Content').fill('Slow, but going');
    await records.nth(1).getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('button', { name: "Add today's record" }).click();
    await page.keyboard.type('Nearly done');
    await save(page, dialog);
    assert.deepEqual(await board.document(), planWith('t1', {
        name: 'Sign-in page', projectId: 'p2', type: taskTypes[1], status: 'delayed', progress: 55.5,
        startDate: '2026-01-06', endDate: '2026-01-12', assignees: [7, null, { name: 'Li', load: 1 }, 'Wang'],
        remark: 'three\nfour',
        dailyRecords: [{ ...login.dailyRecords[0], content: 'Slow, but going' }, 'spoken', {
            date: dayFromToday(0), progress: 55.5, status: 'delayed', content: 'Nearly done',
            assignees: ['7', 'Li', 'Wang'],
        }],
    }));
}

async function projectFields(page, board) {
    const dialog = await open(page, 'Payments');
    await dialog.getByLabel('Name').first().fill('Pay');
    await dialog.getByLabel('Status').selectOption('At risk');
    await dialog.getByLabel('Progress (slider)').focus();
    await page.keyboard.press('ArrowRight');
    await dialog.getByLabel('Start').fill('2026-01-01');
    await dialog.getByLabel('End').fill('2026-01-01');
    assert.equal(await dialog.getByRole('status').first().innerText(), '1 day, 1 of them working days');
    await dialog.getByLabel('Owner').fill('Li');
    await dialog.getByLabel('PMO').selectOption('Ann');
    await dialog.getByLabel('Product manager').selectOption('Mo');
    await dialog.getByLabel('Remark').fill('Eight');
    await nameAdd(dialog, 'Developers', 'New');
    await nameAdd(dialog, 'Testers', 'Sun');
    await nameAdd(dialog, 'Partners', 'Shop');
    await dialog.getByRole('button', { name: 'Add contact' }).click();
    await page.keyboard.type('Sun');
    await dialog.getByRole('row').nth(1).getByLabel('Role').fill('lead');
    await dialog.getByRole('button', { name: 'Remove Wu 139' }).click();
    await dialog.getByRole('button', { name: 'Add link' }).click();
    await page.keyboard.type('https://chat.example/2');
    await dialog.getByRole('button', { name: 'Remove javascript:alert(1)' }).click();
    await dialog.getByLabel('Address').first().fill('');
    await dialog.getByRole('button', { name: "Add today's record" }).click();
    await page.keyboard.type('Going');
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await saved(page);
    assert.deepEqual(await board.document(), planWith('p1', {
        name: 'Pay', status: 'risk', progress: 45, startDate: '2026-01-01', endDate: '2026-01-01', owner: 'Li',
        pmo: 'Ann', productManager: 'Mo', remark: 'Eight', developers: [...payments.developers, 'New'],
        testers: ['Zhou', 'Sun'], partners: ['Bank', 'Shop'],
        contacts: [{ ...payments.contacts[0], role: 'lead' }, { name: 'Sun', role: '', phone: '' }],
        chatGroupLinks: [{ href: 'x' }, 'https://chat.example/2'],
        dailyProgress: [...payments.dailyProgress,
            { date: dayFromToday(0), progress: 45, status: 'risk', content: 'Going' }],
    }));
}

async function untouched(page, board) {
    const dialog = await open(page, 'Login page');
    assert.equal(await dialog.getByLabel('Start').inputValue(), '2026-01-05');
    assert.equal(await dialog.getByLabel('End').inputValue(), '2026-01-09');
    assert.equal(await progressOf(dialog).inputValue(), '33.3');
    assert.equal(await chosen(dialog, 'Status'), 'blocked');
    await dialog.getByLabel('Remark').fill('else');
    await dialog.getByLabel('Remark').fill('one\ntwo');
    await save(page, dialog);
    // Nor is what nobody fills in anything.
    await open(page, 'Payments');
    await dialog.getByRole('button', { name: 'Add contact' }).click();
    await page.keyboard.type(' ');
    await dialog.getByRole('button', { name: 'Add link' }).click();
    await save(page, dialog);
    await open(page, 'Portal');
    await dialog.getByText('Chat links').click();
    await save(page, dialog);
    assert.equal(await page.getByRole('button', { name: 'Undo' }).isDisabled(), true);
    // The end was before the start all the time.
    await open(page, 'Backwards');
    assert.equal(await dialog.getByLabel('Old (not in use)').isChecked(), true);
    await dialog.getByLabel('Remark').fill('seen');
    await press(dialog, 'Save');
    await open(page, 'Stray');
    assert.equal(await chosen(dialog, 'Project'), 'Unknown project (gone)');
    await dialog.getByText(/something else here.*soon/).waitFor();
    await dialog.getByText(/something else here.*\["a"\]/).waitFor();
    await dialog.getByText('Build').click();
    await dialog.getByText('Lost').click();
    await dialog.getByLabel('Progress (slider)').focus();
    await page.keyboard.press('End');
    await save(page, dialog);
    const document = planWith('t2', { remark: 'seen' });
    document.tasks[2] = { ...stray, progress: 100 };
    assert.deepEqual(await board.document(), document);
}

async function faults(page, board) {
    const dialog = await open(page, 'Login page');
    await dialog.getByLabel('Name').fill(' ');
    await progressOf(dialog).fill('101');
    await dialog.getByLabel('End').fill('2026-01-04');
    await dialog.getByText('The end is before the start').waitFor();
    await page.keyboard.press('Control+Enter');
    assert.deepEqual(await stateOf(dialog, 'Name'), { isInvalid: true, notes: 'This is required' });
    assert.deepEqual(await stateOf(dialog, 'Progress'), { isInvalid: true, notes: 'A number from 0 to 100 is needed' });
    assert.deepEqual(await stateOf(dialog, 'End'), { isInvalid: true, notes: 'The end is before the start' });
    // The first has the focus.
    await page.keyboard.type('Named');
    assert.deepEqual(await stateOf(dialog, 'Name'), { isInvalid: false, notes: '' });
    await progressOf(dialog).fill('100');
    await dialog.getByLabel('Start').fill('2026-01-03');
    assert.deepEqual(await stateOf(dialog, 'End'), { isInvalid: false, notes: '' });
    // In a record that is folded away again.
    const records = dialog.getByRole('group').filter({ hasText: 'Daily records' });
    await dialog.getByRole('button', { name: "Add today's record" }).click();
    await progressOf(records).fill('-1');
    await dialog.getByText('Daily records').click();
    await page.keyboard.press('Control+Enter');
    await records.getByText('A number from 0 to 100 is needed').waitFor();
    assert.deepEqual(await board.document(), plan);
    await progressOf(records).fill('2');
    await save(page, dialog);
    const { name, startDate, dailyRecords } = (await board.document()).tasks[0];
    assert.deepEqual([name, startDate, dailyRecords.at(-1).progress], ['Named', '2026-01-03', 2]);
}

async function names(page, board) {
    const dialog = await open(page, 'Backwards');
    const box = dialog.getByRole('combobox', { name: 'Assignees' });
    const suggestions = dialog.getByRole('listbox', { name: 'Suggestions' }).getByRole('option');
    const chips = dialog.getByRole('list').first().getByRole('listitem');
    await box.focus();
    await page.keyboard.type('z');
    assert.deepEqual(await suggestions.allInnerTexts(), ['Zhang', 'Zhou']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await dialog.locator(`#${await box.getAttribute('aria-activedescendant')}`).innerText(), 'Zhou');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Ann Lee，Bob、 Bob,');
    assert.deepEqual(await chips.allInnerTexts(), ['Zhou', 'Ann Lee', 'Bob']);
    await page.keyboard.press('Backspace');
    await page.keyboard.type('zh');
    await page.keyboard.press('Escape');
    assert.equal(await suggestions.count(), 0);
    await page.keyboard.type('a');
    await suggestions.first().click();
    // What was typed to the end is meant.
    await page.keyboard.type('Z');
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await saved(page);
    assert.deepEqual((await board.document()).tasks[1].assignees, ['Zhou', 'Ann Lee', 'Zhang', 'Z']);
}

async function links(page) {
    const dialog = await open(page, 'Payments');
    await dialog.getByText('Chat links').click();
    const found = dialog.getByRole('link');
    assert.deepEqual(await found.evaluateAll((all) => all.map(({ href, rel, target }) => [href, rel, target])),
        [['https://chat.example/1', 'noreferrer', '_blank']]);
    const address = dialog.getByLabel('Address').first();
    for (const text of ['javascript:alert(1)', 'data:text/html,x', 'JaVaScRiPt:1//https://x', '//x.example', 'text']) {
        await address.fill(text);
        assert.equal(await found.count(), 0, text);
    }
    await address.fill('HTTP://chat.example/2');
    assert.equal(await found.evaluate(({ href }) => href), 'http://chat.example/2');
}

async function hostile(page, board) {
    await begin(page, board, hostilePlan());
    const rows = page.getByRole('row', { name: '% done' });
    assert.equal(await rows.count(), 5);
    for (const row of await rows.all()) {
        const dialog = await openRow(page, row);
        for (const summary of await dialog.locator('summary').all())
            await summary.click();
        for (const edit of await dialog.getByRole('button', { name: 'Edit' }).all())
            await edit.click();
        assert.deepEqual(await hits(page), { script: undefined, elements: 0 });
        assert.match(await dialog.evaluate((node) => node.textContent +
            [...node.querySelectorAll('input, textarea')].map(({ value }) => value).join()), /<hit-me>/);
        await save(page, dialog);
    }
    assert.deepEqual(await board.document(), hostilePlan());
}

async function arrival(page, board) {
    const dialog = await open(page, 'Login page');
    await dialog.getByLabel('Name').fill('Mine');
    await dialog.getByLabel('Status').selectOption('Delayed');
    await nameAdd(dialog, 'Assignees', 'Me');
    await dialog.getByRole('button', { name: 'Remove 7' }).click();
    await dialog.getByRole('button', { name: "Add today's record" }).click();
    await page.keyboard.type('My record');
    const theirs = {
        name: 'Theirs', status: 'risk', progress: 70, remark: 'Their remark', estimate: { days: 4 },
        assignees: [7, null, { name: 'Li', load: 1 }, 'Them'],
        dailyRecords: [...login.dailyRecords, { date: '2026-01-08', content: 'Their record' }],
    };
    await othersSave(page, board, planWith('t1', theirs));
    await dialog.getByText('Others changed this to Theirs').waitFor();
    await dialog.getByText('Their record').waitFor();
    // What is being typed is not disturbed.
    await page.keyboard.type(' goes on');
    assert.equal(await dialog.getByLabel('Name').inputValue(), 'Mine');
    assert.equal(await dialog.getByLabel('Remark').inputValue(), 'Their remark');
    assert.equal(await progressOf(dialog).inputValue(), '70');
    await dialog.locator('.field', { hasText: 'Others changed this to At risk' })
        .getByRole('button', { name: 'Use theirs' }).click();
    assert.equal(await chosen(dialog, 'Status'), 'At risk');
    await save(page, dialog);
    assert.deepEqual(await board.document(), planWith('t1', {
        ...theirs, name: 'Mine', assignees: [null, { name: 'Li', load: 1 }, 'Them', 'Me'],
        dailyRecords: [...theirs.dailyRecords, {
            date: dayFromToday(0), progress: 33.3, status: 'delayed', content: 'My record goes on',
            assignees: ['Zhang', 'Li', 'Me'],
        }],
    }));
}

async function deletedByOthers(page, board) {
    const dialog = await open(page, 'Payments');
    await dialog.getByLabel('Owner').fill('Me');
    await othersSave(page, board, planWith('p1', { remark: 'Theirs' }));
    await dialog.getByText('Just changed by others').waitFor();
    await othersSave(page, board, { ...plan, projects: [portal], tasks: [stray] });
    await dialog.getByRole('alert').filter({ hasText: 'Others have deleted this' }).waitFor();
    await press(dialog, 'Add it again');
    await saved(page);
    const { projects, tasks } = await board.document();
    assert.deepEqual(projects, [portal, { ...payments, owner: 'Me', remark: 'Theirs' }]);
    assert.deepEqual(tasks, [stray, login, backwards]);
}

async function leaving(page, board) {
    const dialog = await open(page, 'Login page');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await open(page, 'Login page');
    await dialog.getByLabel('Name').fill('Other');
    const question = page.getByRole('dialog', { name: 'Discard changes?' });
    // However often: a browser lets a page refuse Escape only so often.
    for (let time = 0; time < 3; time++) {
        await page.keyboard.press('Escape');
        await question.waitFor();
        await page.keyboard.press('Escape');
        await question.waitFor({ state: 'detached' });
    }
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await press(question, 'Keep editing');
    assert.equal(await dialog.getByLabel('Name').inputValue(), 'Other');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await press(question, 'Discard');
    await dialog.waitFor({ state: 'detached' });
    // The tab is closed, or loaded again.
    await open(page, 'Login page');
    await dialog.getByLabel('Name').fill('Other');
    const asked = page.waitForEvent('dialog');
    await page.reload();
    assert.equal((await asked).type(), 'beforeunload');
    await saved(page);
    assert.deepEqual(await board.document(), plan);
}

async function deleteAndDuplicate(page, board) {
    await press(await open(page, 'Payments'), 'Delete');
    await rowOf(page, 'Login page').waitFor({ state: 'detached' });
    const notice = page.getByRole('status').filter({ hasText: 'Deleted Payments and its 2 tasks' });
    await notice.getByRole('button', { name: 'Undo' }).click();
    const dialog = await open(page, 'Login page');
    await dialog.getByLabel('Name').fill('Discarded');
    await dialog.getByRole('button', { name: 'Duplicate' }).click();
    await press(page.getByRole('dialog', { name: 'Discard changes?' }), 'Discard');
    await page.getByRole('status').filter({ hasText: 'Duplicated Login page' }).waitFor();
    await press(await open(page, 'Portal'), 'Delete');
    await press(await open(page, 'Login page (copy)'), 'Duplicate');
    await press(await open(page, 'Login page (copy) (copy)'), 'Delete');
    await saved(page);
    const { projects, tasks } = await board.document();
    assert.deepEqual(projects, [payments]);
    const copy = tasks.find(({ name }) => name === 'Login page (copy)');
    assert.match(copy.id, /^task-\d+-\w{4}$/);
    assert.deepEqual(copy.estimate, login.estimate);
    assert.deepEqual(new Set(tasks), new Set([login, copy, backwards, stray]));
}

async function adding(page, board) {
    await choose(rowOf(page, 'Portal'));
    const dialog = await addFromMenu(page, 'Task');
    await page.keyboard.press('Control+Enter');
    await dialog.getByText('This is required').waitFor();
    await page.keyboard.type('Fresh');
    await press(dialog, 'Add');
    await addFromMenu(page, 'Project');
    await page.keyboard.type('Next');
    await press(dialog, 'Add');
    await saved(page);
    const { projects, tasks } = await board.document();
    const [task, project] = [tasks.at(-1), projects.at(-1)];
    assert.match(task.id, /^task-\d+-\w{4}$/);
    assert.match(project.id, /^project-\d+-\w{4}$/);
    assert.deepEqual(task, {
        id: task.id, projectId: 'p2', name: 'Fresh', type: taskTypes[0], status: 'pending', progress: 0,
        startDate: dayFromToday(0), endDate: dayFromToday(4), assignees: [], remark: '', dailyRecords: [],
    });
    assert.deepEqual(project, {
        id: project.id, name: 'Next', status: 'pending', progress: 0, startDate: '', endDate: '', owner: '', pmo: '',
        productManager: '', partners: [], developers: [], testers: [], contacts: [], chatGroupLinks: [], remark: '',
        dailyProgress: [],
    });
}

async function accessibility(page) {
    await page.evaluate(axe);
    for (const name of ['Login page', 'Payments']) {
        const dialog = await open(page, name);
        for (const summary of await dialog.locator('summary').all())
            await summary.click();
        await dialog.getByRole('button', { name: /^(Edit|编辑)$/ }).first().click();
        const { violations } = await page.evaluate(() => window.axe.run('dialog'));
        assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
        assert.equal(await dialog.locator('.dialog-body').evaluate((body) => body.scrollWidth - body.clientWidth), 0);
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
    }
}

// A plan is stored anew, and the page shows it.
async function begin(page, board, stored = plan) {
    assert.equal((await board.save(stored)).status, 200);
    await page.goto('/');
    await saved(page);
}

async function onOnePage(t, board) {
    const page = await board.open(t);
    // What a check leaves open asks before the page goes on to the next.
    page.on('dialog', (question) => question.accept());
    const checks = {
        'every field of a task is stored': taskFields,
        'every field of a project is stored': projectFields,
        'what nobody changed stays as it is': untouched,
        'what is wrong is said at the field': faults,
        'names are typed and chosen': names,
        'only pages are links': links,
        'hostile texts are texts': hostile,
        'what others change meanwhile shows': arrival,
        'what others deleted can be added again': deletedByOthers,
        'leaving changes behind is asked': leaving,
        'deleting and duplicating': deleteAndDuplicate,
        'a new task and a new project': adding,
    };
    for (const [name, check] of Object.entries(checks)) {
        await t.test(name, async () => {
            await begin(page, board);
            await check(page, board);
        });
    }
}

test('the editors', async (t) => {
    const board = await startBoard(t);
    await t.test('on one page', (inner) => onOnePage(inner, board));
    for (const appearance of [{ language: 'en' }, { width: 390, height: 844, language: 'zh', dark: true }]) {
        await t.test(`anybody can use them at ${appearance.width ?? 1280} px`, async (inner) => {
            const page = await board.open(inner, appearance);
            await begin(page, board);
            await accessibility(page);
        });
    }
});
