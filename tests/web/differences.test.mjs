// What differs between two documents, in words, and the paths of conflicts: the page's modules that need no page.

import assert from 'node:assert/strict';
import test from 'node:test';

import { differencesOf, isNone } from '../../web/board/differences.js';
import { differencesSections, differencesSummary, lineText } from '../../web/board/difference_words.js';
import { setLanguage } from '../../web/board/language.js';
import { mergeDocuments } from '../../web/board/merge.js';
import { isPlace, pathTokens, valueAt, withValueAt } from '../../web/board/merge_path.js';
import { neighbourOf, versionsOf } from '../../web/board/version_words.js';

const year = new Date().getFullYear();
const plan = {
    projects: [
        { id: 'p1', name: 'Payments', status: 'delayed', owner: 'Ann', contacts: [{ name: 'Li', phone: '1' }] },
        { id: 'p2', name: 'Portal', remark: `${'a'.repeat(200)} old ${'z'.repeat(200)}` },
    ],
    tasks: [
        {
            id: 't1', projectId: 'p1', name: 'Login', progress: 20, status: 'normal', assignees: ['Bob', 'Cy'],
            startDate: `${year}-12-01`, endDate: `${year}-12-03`, type: { id: '1', name: 'Build', color: '#111111' },
            dailyRecords: [{ date: `${year}-12-01`, content: 'begun' }, { date: `${year}-12-02`, content: 'on' }],
        },
        { id: 't2', projectId: 'p1', name: 'Logout', startDate: `${year}-12-01`, endDate: `${year}-12-02` },
        { id: 't3', projectId: 'gone', name: 'Stray' },
    ],
    taskTypes: [{ id: '1', name: 'Build', color: '#111111', enabled: true }, { id: '2', name: 'Test', enabled: true }],
    pmos: [], productManagers: [], historyRecords: [{ id: 'h1' }],
};

// The plan, changed by `change` in place, and what differs then.
function differences(change) {
    const changed = structuredClone(plan);
    change(changed);
    return differencesOf(plan, changed);
}

// { 'Payments [Changed]': ['Status …', ['Login [Changed]', 'Progress …']] }
function words(found) {
    const lineWords = (line) => lineText(line).replaceAll(/\s/g, ' ');
    const titled = ({ title, tag }) => tag === null ? title : `${title} [${tag.text}]`;
    return Object.fromEntries(differencesSections(found).map((section) => [titled(section),
        [...section.lines.map(lineWords), ...section.rows.map((row) => [titled(row), ...row.lines.map(lineWords)])]]));
}

// Of the first task, what changes when these members do.
function taskWords(members) {
    return words(differences(({ tasks }) => Object.assign(tasks[0], members))).Payments[0].slice(1);
}

function speak(language) {
    globalThis.document = { documentElement: {} };
    setLanguage(language);
}

test('nothing differs between a document and its copy, nor where there is nothing on either side', () => {
    const found = differences(({ tasks, projects }) => {
        Object.assign(tasks[0], { remark: '' });
        Object.assign(projects[0], { partners: [], pmo: null });
    });
    assert.ok(isNone(found));
    assert.equal(differencesSummary(found), '');
});

test('members of a task', () => {
    speak('en');
    assert.deepEqual(taskWords({ progress: 40 }), ['Progress 20% → 40%']);
    assert.deepEqual(taskWords({ status: 'risk' }), ['Status On track → At risk']);
    assert.deepEqual(taskWords({ status: 'strange' }), ['Status On track → strange']);
    assert.deepEqual(taskWords({ endDate: `${year}-12-10` }), ['End 3 Dec → 10 Dec (7 days later)']);
    assert.deepEqual(taskWords({ startDate: `${year}-11-30` }), ['Start 1 Dec → 30 Nov (1 day earlier)']);
    assert.deepEqual(taskWords({ endDate: `${year + 1}-01-01` }), [`End 3 Dec → 1 Jan ${year + 1} (29 days later)`]);
    assert.deepEqual(taskWords({ endDate: undefined }), ['End 3 Dec → (none)']);
    assert.deepEqual(taskWords({ assignees: ['Ann', 'Cy'] }), ['Assignees: + Ann, − Bob']);
    assert.deepEqual(taskWords({ assignees: ['Cy', 'Bob'] }), ['Assignees: order changed']);
    assert.deepEqual(taskWords({ type: { id: '2', name: 'Test' } }), ['Type Build → Test']);
    assert.deepEqual(taskWords({ type: { id: '1', name: 'Build', color: '#222222' } }),
        ['Type: Colour #111111 → #222222']);
    assert.deepEqual(taskWords({ risky: { a: 1 } }), ['risky (none) → {"a":1}']);
    assert.deepEqual(taskWords({ progress: '20' }), ['Progress 20 → "20"']);
});

test('a period that was moved is one line', () => {
    speak('en');
    const moved = { startDate: `${year}-12-08`, endDate: `${year}-12-10` };
    assert.deepEqual(taskWords(moved), [`Dates 1 – 3 Dec ${year} → 8 – 10 Dec ${year} (7 days later)`]);
});

test('what is inside of a member: by id, or else by date or name', () => {
    speak('en');
    const dailyRecords = [{ date: `${year}-12-01`, content: 'begun well' }, { date: `${year}-12-05` }];
    assert.deepEqual(taskWords({ dailyRecords }),
        ['Daily records: + 5 Dec, − 2 Dec, 1 Dec changed (Content begun → begun well)']);
    const found = words(differences(({ projects }) => { projects[0].contacts[0].phone = '2'; }));
    assert.deepEqual(found, { 'Payments [Changed]': ['Contacts: Li changed (Phone 1 → 2)'] });
});

test('of many names a few', () => {
    speak('en');
    const names = Array.from({ length: 40 }, (_, index) => `N${index}`);
    assert.deepEqual(taskWords({ assignees: ['Bob', 'Cy', ...names] }),
        ['Assignees: + N0, + N1, + N2, + N3, + N4, + N5, 34 more']);
});

test('of long texts what differs', () => {
    speak('en');
    const found = words(differences(({ projects: [, project] }) => {
        project.remark = project.remark.replace('old', 'new');
    }));
    assert.deepEqual(found,
        { 'Portal [Changed]': ['Remark …aaaaaaaaaaa old zzzzzzzzzzz… → …aaaaaaaaaaa new zzzzzzzzzzz…'] });
    // Characters that take two units stay whole.
    const [line] = taskWords({ remark: '😀'.repeat(300) });
    assert.ok(line.isWellFormed() && [...line].length < 100, line);
});

test('what came, went and moved', () => {
    speak('en');
    const found = differences((document) => {
        const dates = { startDate: `${year}-12-01`, endDate: `${year}-12-02` };
        document.projects.push({ id: 'p3', name: 'New', ...dates, owner: 'Ann' });
        document.projects.splice(1, 1);
        document.tasks[1].projectId = 'p3';
        document.tasks.push({ id: 't4', projectId: 'p3', name: 'First', assignees: ['Bob'] });
        document.tasks.splice(2, 1);
        document.tasks[0].projectId = 'nowhere';
    });
    assert.deepEqual(words(found), {
        'New [Added]': [`1 – 2 Dec ${year} · Ann`, ['Logout [Moved here from Payments]'], ['First [Added]', 'Bob']],
        'Portal [Deleted]': [],
        'Tasks without a project': [['Login [Moved here from Payments]'], ['Stray [Deleted]']],
    });
    assert.equal(differencesSummary(found),
        '1 project added, 1 project deleted, 2 tasks changed, 1 task added, 1 task deleted');
});

test('a removed project has its removed tasks', () => {
    speak('en');
    const found = differences((document) => {
        document.projects.splice(0, 1);
        document.tasks.splice(0, 2);
    });
    assert.deepEqual(Object.keys(words(found)), ['Payments [Deleted]']);
    assert.deepEqual(found.projects[0].tasks.map(({ kind }) => kind), ['removed', 'removed']);
});

test('settings, records and the rest', () => {
    speak('en');
    const found = differences((document) => {
        document.taskTypes.reverse();
        document.taskTypes[1].enabled = false;
        document.pmos.push({ id: 'm1', name: 'Eve' });
        document.historyRecords.push({ id: 'h2' }, { id: 'h3' });
        document.tasks.reverse();
        document.version = 2;
    });
    assert.deepEqual(words(found), {
        'Task types': [['Build [Changed]', 'In use yes → no']],
        PMOs: [['Eve [Added]']],
        'The rest':
            ['Tasks: order changed', 'Task types: order changed', '2 history records added', 'version (none) → 2'],
    });
    assert.equal(differencesSummary(found), 'settings changed, other things changed');
});

test('in Chinese', () => {
    speak('zh');
    const found = differences(({ tasks, projects }) => {
        Object.assign(tasks[0], { progress: 40, endDate: `${year}-12-10`, assignees: ['Ann', 'Cy'] });
        tasks[1].projectId = 'p2';
        projects.push({ id: 'p3' });
    });
    assert.deepEqual(words(found), {
        Payments: [['Login [有修改]', '进度 20% → 40%', '负责人：+ Ann、− Bob', '结束日期 12月3日 → 12月10日（推迟 7 天）']],
        Portal: [['Logout [从“Payments”移来]']],
        '（未命名） [新增]': [],
    });
    assert.equal(differencesSummary(found), '新增 1 个项目，修改 2 个任务');
});

test('documents that hold anything', () => {
    speak('en');
    const odd = {
        projects: [null, 3, { id: 'p1', name: { a: 1 }, contacts: 'none', status: ['x'] }, { id: 'p1', name: 'Twin' }],
        tasks: { no: 'list' }, taskTypes: 'x', pmos: [[1]], historyRecords: 7, ['__proto__']: { polluted: true },
    };
    for (const [before, after] of [[plan, odd], [odd, plan], [odd, {}], [{}, odd]]) {
        const found = differencesOf(before, after);
        assert.ok(!isNone(found));
        assert.ok(differencesSections(found).length > 0);
        assert.notEqual(differencesSummary(found), '');
    }
    assert.ok(isNone(differencesOf(odd, structuredClone(odd))));
});

test('a thousand tasks', () => {
    speak('en');
    const many = (progress) => ({
        projects: [{ id: 'p' }], tasks: Array.from({ length: 1000 }, (_, id) => ({ id, projectId: 'p', progress })),
    });
    const found = differencesOf(many(1), many(2));
    assert.equal(differencesSummary(found), '1000 tasks changed');
});

test('a path names what a conflict is about', () => {
    const base = { tasks: [{ id: 'a/b~c', progress: 1, x: [] }, { id: 2, name: 'two' }], 'odd/name': 1 };
    const [current, incoming] = [structuredClone(base), structuredClone(base)];
    Object.assign(current.tasks[0], { progress: 2 });
    Object.assign(incoming.tasks[0], { progress: 3 });
    Object.assign(incoming.tasks[1], { name: 'zwei' });
    current.tasks.splice(1, 1);
    Object.assign(current, { 'odd/name': 2 });
    Object.assign(incoming, { 'odd/name': 3 });
    const { document, conflicts } = mergeDocuments(base, current, incoming);
    const tokens = Object.fromEntries(conflicts.map((conflict) => [conflict.path, pathTokens(conflict.path)]));
    assert.deepEqual(Object.keys(tokens), ['/tasks/a~1b~0c/progress', '/tasks/2', '/odd~1name']);
    for (const conflict of conflicts) {
        assert.deepEqual(valueAt(document, tokens[conflict.path]), conflict.incoming);
        const other = withValueAt(document, tokens[conflict.path], conflict.current);
        assert.deepEqual(valueAt(other, tokens[conflict.path]), conflict.current);
        assert.deepEqual(valueAt(document, tokens[conflict.path]), conflict.incoming);
    }
});

test('a value at a path comes, changes and goes', () => {
    const document = { tasks: [{ id: '1', name: 'a' }, { id: '1', name: 'b' }], names: ['x'] };
    assert.equal(valueAt(document, ['tasks', '1#2', 'name']), 'b');
    assert.deepEqual(withValueAt(document, ['tasks', '1#2', 'name'], 'c').tasks[1], { id: '1', name: 'c' });
    assert.deepEqual(withValueAt(document, ['tasks', '1#2'], undefined).tasks, [{ id: '1', name: 'a' }]);
    assert.deepEqual(withValueAt(document, ['tasks', '9'], { id: '9' }).tasks.at(-1), { id: '9' });
    assert.deepEqual(withValueAt(document, ['tasks', '1', 'name'], undefined).tasks[0], { id: '1' });
    assert.deepEqual(withValueAt(document, ['more'], { a: 1 }).more, { a: 1 });
    // What it would be a part of is gone.
    assert.ok(!isPlace(document, ['tasks', '7', 'name']));
    assert.equal(withValueAt(document, ['tasks', '7', 'name'], 'x'), document);
    assert.equal(withValueAt(document, ['tasks', '7'], undefined).tasks.length, 2);
    const named = withValueAt(document, ['__proto__'], 1);
    assert.ok(Object.hasOwn(named, '__proto__') && valueAt(named, ['__proto__']) === 1);
    assert.equal(valueAt(document, ['__proto__']), undefined);
});

test('versions and what they are compared with', () => {
    const versions = versionsOf({ revision: 50, backups: [
        { revision: 50, kind: 'pinned', bytes: 5 }, { revision: 40, kind: 'replaced', bytes: 4 },
        { revision: 39, kind: 'submitted', bytes: 3 }, { revision: 20, kind: 'pinned', bytes: 2 }] });
    assert.deepEqual(versions.map(({ revision, kind, isPinned }) => [revision, kind, isPinned]),
        [[50, 'current', true], [40, 'replaced', undefined], [39, 'submitted', undefined], [20, 'pinned', undefined]]);
    assert.deepEqual(versions.map((version) => neighbourOf(version, versions)?.revision), [40, 20, 40, undefined]);
    assert.deepEqual(versionsOf({ revision: 0, backups: [] }), []);
});
