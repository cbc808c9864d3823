// What plans become outside of a browser, and what becomes one: the table for spreadsheets, the check of a file, the
// sample.

import assert from 'node:assert/strict';
import test from 'node:test';

import { tasksCsv } from '../../web/board/csv.js';
import { dayOf, mondayOf } from '../../web/board/dates.js';
import { documentCheck, documentRead } from '../../web/board/document_check.js';
import { setLanguage } from '../../web/board/language.js';
import { isPlanEmpty, namesOf, planOf, statuses } from '../../web/board/plan.js';
import { withSample } from '../../web/board/sample.js';
import { isRunning } from '../../web/board/workload.js';

// The languages mark the page that they are spoken in.
globalThis.document = { documentElement: {} };

const type = { id: '1', name: '开发排期', color: '#1890ff', enabled: true };
const plan = {
    projects: [
        { id: 'p1', name: '支付, "改造"', owner: '张伟', pmo: '李娜', productManager: '王芳', startDate: '2026-01-01' },
        { id: 'p2', name: '=没有任务', remark: '第一行\r\n第二行', progress: 12.5, startDate: '2026-02-01',
            endDate: '2026-02-28' },
    ],
    tasks: [
        { id: 't1', projectId: 'p1', name: '联调', type, status: 'delayed', progress: 40,
            startDate: '2026-01-05', endDate: '2026-01-09', assignees: ['张伟', '赵强'], remark: '-5' },
        { id: 't2', projectId: 'gone', name: '@stray', type: { name: '+type' }, startDate: 'soon', remark: '\t=1',
            assignees: '＝1+1' },
    ],
    taskTypes: [{ ...type, name: '开发' }],
};

function csvLines(language) {
    setLanguage(language);
    const bytes = Buffer.from(tasksCsv(plan));
    assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    const text = bytes.subarray(3).toString();
    assert.ok(text.endsWith('\r\n'));
    return text.slice(0, -2).split('\r\n');
}

test('a table of the tasks in Chinese', () => {
    assert.deepEqual(csvLines('zh'), [
        '项目,任务,类型,状态,进度（%）,开始日期,结束日期,天数（自然日）,负责人,备注,项目负责人,PMO,产品经理',
        '"支付, ""改造""",联调,开发,已延期,40,2026-01-05,2026-01-09,5,张伟、赵强,-5,张伟,李娜,王芳',
        "'=没有任务,,,正常,12.5,2026-02-01,2026-02-28,28,,\"第一行\n第二行\",,,",
        ",'@stray,'+type,正常,0,soon,,,'＝1+1,'\t=1,,,",
    ]);
});

test('a table of the tasks in English', () => {
    const [heads, task] = csvLines('en');
    assert.equal(heads, 'Project,Task,Type,Status,Progress (%),Start,End,Calendar days,Assignees,Remark,Owner,PMO,' +
        'Product manager');
    assert.match(task, /,Delayed,40,.*,"张伟, 赵强",-5,/);
});

test('a table of nothing, and of what is no plan', () => {
    for (const document of [{}, { projects: 'none', tasks: [null, 3, []] }])
        assert.equal(tasksCsv(document).split('\r\n').length, 2);
});

const task = { id: 't1', projectId: 'p1', name: '接口联调' };
const sound = {
    projects: [{ id: 'p1', name: 'One', status: 'normal', progress: '40', startDate: '2026-01-01', endDate: '' }],
    tasks: [{ ...task, dailyRecords: [{ date: '2026-01-02', progress: 100, status: 'normal' }], own: { member: 1 } }],
    taskTypes: [type], pmos: [], historyRecords: [{ id: 'h1' }], own: [1],
};

test('a sound document', async () => {
    setLanguage('en');
    assert.deepEqual(documentCheck(sound), { errors: [], warnings: [] });
    const file = new Blob([`\ufeff${JSON.stringify(sound)}`]);
    assert.deepEqual(await documentRead(file), { document: sound, errors: [], warnings: [] });
});

const unrelated =
    'This is no schedule: it has none of projects, tasks, taskTypes, pmos, productManagers, historyRecords';
const named = 'tasks[0] (接口联调)';
const refusals = [
    [[], unrelated],
    [null, unrelated],
    [{ name: 'schedule' }, unrelated],
    [{ pmos: 'Li' }, "pmos is 'Li', but should be a list"],
    [{ tasks: [null] }, 'tasks[0] is null, but should be an object'],
    [{ projects: [{ name: 'One' }] }, 'projects[0] (One): has no id'],
    [{ taskTypes: [type, { ...type, name: 'x' }] }, "taskTypes[1] (x): has the id '1', as taskTypes[0] does"],
    [{ projects: [{ id: 1, name: 'a' }, { id: '1', name: 'b' }] },
        "projects[1] (b): has the id '1', as projects[0] does"],
    [{ tasks: [{ ...task, startDate: '2026-13-01' }] }, `${named}: startDate is '2026-13-01', but should be a day`],
    [{ tasks: [{ ...task, endDate: 20260101 }] }, `${named}: endDate is 20260101, but should be a day`],
    [{ tasks: [{ ...task, status: 'done' }] },
        `${named}: status is 'done', but should be one of pending, normal, risk, delayed, completed`],
    [{ tasks: [{ ...task, progress: 101 }] }, `${named}: progress is 101, but should be a number from 0 to 100`],
    [{ tasks: [{ ...task, progress: [] }] }, `${named}: progress is a list, but should be a number from 0 to 100`],
    [{ tasks: [{ ...task, dailyRecords: [{ date: 'x' }] }] },
        `${named}: dailyRecords[0].date is 'x', but should be a day`],
    [{ tasks: [{ ...task, dailyRecords: [3] }] }, `${named}: dailyRecords[0] is 3, but should be an object`],
    [{ tasks: [{ ...task, dailyRecords: {} }] }, `${named}: dailyRecords is an object, but should be a list`],
    [{ tasks: [], own: { text: 'x\ud800' } }, 'own.text: has half a character (a lone surrogate)'],
    [{ tasks: [], 'x\ud800': 1 }, 'x\ud800: has half a character (a lone surrogate)'],
    [{ tasks: [], own: [Infinity] }, 'own[0]: is too large a number'],
    [{ tasks: [], own: 'x'.repeat(17 * 2 ** 20) }, 'The file has 17.8 MB; at most 16.8 MB can be saved'],
    [{ tasks: [], own: JSON.parse('['.repeat(128) + ']'.repeat(128)) },
        `own${'[0]'.repeat(12)}[…: nested more than 128 levels deep`],
];

test('documents that are refused', () => {
    setLanguage('en');
    for (const [document, error] of refusals)
        assert.deepEqual(documentCheck(document).errors, [error]);
});

test('documents that are odd', () => {
    setLanguage('en');
    const tasks = [task, { ...task, id: 't2', name: '', startDate: '2026-01-02', endDate: '2026-01-01' }];
    assert.deepEqual(documentCheck({ projects: [{ id: 'p2', name: 'Two' }], tasks, historyRecords: [{}] }), {
        errors: [],
        warnings: [
            "tasks[0] (接口联调): its project 'p1' is not in the file; it is shown as a task without a project",
            'tasks[1]: has no name',
            'tasks[1]: ends before it begins',
            "tasks[1]: its project 'p1' is not in the file; it is shown as a task without a project",
            'historyRecords[0]: has no id',
            'The file has no task types; the present ones stay',
        ],
    });
});

test('files that cannot be read', async () => {
    setLanguage('en');
    const error = async (...bytes) => (await documentRead(new Blob([Uint8Array.from(bytes)]))).errors[0];
    assert.match(await error(0x7b, 0x22, 0xd6, 0xd0, 0x22, 0x3a, 0x31, 0x7d), /not encoded in UTF-8 .*GB18030/);
    assert.match(await error(0xff, 0xfe, 0x7b, 0, 0x7d, 0), /UTF-16/);
    assert.equal(await error(0xef, 0xbb, 0xbf), 'The file is no valid JSON: Unexpected end of JSON input');
    assert.equal(await error(0x5b, 0x5d), unrelated);
    const huge = { size: 200e6, arrayBuffer: () => assert.fail('it is read') };
    assert.deepEqual((await documentRead(huge)).errors, ['The file has 200 MB; at most 16.8 MB can be saved']);
    const gone = { size: 2, arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) };
    assert.match((await documentRead(gone)).errors[0], /cannot read this file/);
});

for (const language of ['zh', 'en']) {
    test(`the sample in ${language}`, () => {
        setLanguage(language);
        for (const day of ['2026-01-01', '2026-02-28', '2026-03-01', '2026-03-02']) {
            const empty = { projects: [], tasks: [], taskTypes: [type], own: 1 };
            const made = withSample(empty, dayOf(day));
            assert.deepEqual(documentCheck(made), { errors: [], warnings: [] });
            assert.deepEqual({ ...made, projects: [], tasks: [] }, empty);
            sampleCheck(made, dayOf(day), language === 'zh' ? '示例：' : 'Sample: ');
        }
    });
}

function sampleCheck(document, day, mark) {
    const { projects, tasks, strays } = planOf(document);
    assert.equal(isPlanEmpty(document), false);
    assert.equal(projects.length, 3);
    assert.ok(projects.every(({ item }) => item.name.startsWith(mark)));
    assert.ok(tasks.length >= 14 && strays.length === 0);
    assert.deepEqual(new Set(tasks.map(({ item }) => item.status)), new Set(statuses));
    const running = tasks.filter((entry) => isRunning(entry, mondayOf(day), mondayOf(day)));
    const busy = running.flatMap(({ item }) => namesOf(item.assignees));
    assert.ok(busy.some((name) => busy.filter((other) => other === name).length >= 3));
    for (const { item } of tasks) {
        assert.ok(item.dailyRecords.every(({ date }) => dayOf(date) <= day && dayOf(date) >= dayOf(item.startDate)));
        assert.ok(item.status !== 'completed' || dayOf(item.endDate) < day);
    }
}

test('the sample where there are no types, and where something is no list', () => {
    assert.ok(withSample({}, 20000).tasks.every((made) => !Object.hasOwn(made, 'type')));
    assert.throws(() => withSample({ projects: {} }, 20000), TypeError);
});
