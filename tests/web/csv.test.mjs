// What plans become outside of a browser, and what becomes one: the table for spreadsheets, the check of a file, where
// JSON is wrong, the sample.

import assert from 'node:assert/strict';
import test from 'node:test';

import { tasksCsv } from '../../web/board/csv.js';
import { dayOf, mondayOf } from '../../web/board/dates.js';
import { documentCheck, documentRead } from '../../web/board/document_check.js';
import { jsonFault } from '../../web/board/json_fault.js';
import { setLanguage } from '../../web/board/language.js';
import { namesOf, planOf, statuses } from '../../web/board/plan.js';
import { isPlanEmpty, withSample } from '../../web/board/sample.js';
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

const faults = [
    ['{"a": 1,}', 1, 8, 'one comma too many'],
    ['{"a": 1\n "b": 2}', 2, 2, 'a comma or } is expected, but there is "'],
    ['{\r\n  “a”: 1}', 2, 3, '“ is no sign of JSON; use the plain ASCII one'],
    ['{"中😀"：1}', 1, 6, '“：” is no sign of JSON; use the plain ASCII one'],
    ['[1 2]', 1, 4, 'a comma or ] is expected, but there is “2”'],
    ["{'a': 1}", 1, 2, 'texts stand in double quotes'],
    ['[tru]', 1, 2, 'the word “tru” means nothing in JSON'],
    ['[01]', 1, 2, '“01” is no number of JSON'],
    ['["a\nb"]', 1, 2, 'the text that begins here is not closed by a double quote in its line'],
    ['["\\x"]', 1, 3, '“\\x” in a text is no escape of JSON'],
    ['["\u0001"]', 1, 3, 'the control character “U+0001” in a text'],
    ['{} // end', 1, 4, 'JSON has no comments'],
    ['{"a": [1', 1, 9, 'the file ends where a comma or ] is expected; it may be incomplete'],
    ['[\u00a01]', 1, 2, 'a value is expected, but there is “U+00A0”'],
    ['['.repeat(200), 1, 129, 'nested more than 128 levels deep'],
];

test('where JSON is wrong', () => {
    setLanguage('en');
    for (const [text, line, column, what] of faults)
        assert.equal(jsonFault(text), `Line ${line}, column ${column}: ${what}`);
    setLanguage('zh');
    assert.equal(jsonFault('[1,]'), '第 1 行第 3 列：多了一个逗号');
});

// Numbers from 0 to 1 that a seed decides (Park and Miller's generator).
function randomOf(seed) {
    let state = seed;
    return () => (state = state * 48271 % 2147483647) / 2147483647;
}

test('finds a fault in what JavaScript cannot parse, and in nothing else', () => {
    const random = randomOf(7);
    const text = JSON.stringify({ a: [1, -2.5e3, 'x"\\\n', null, true], '中': { c: '😀', d: {}, e: [] } }, null, 1);
    const signs = [...'{}[]",:\\0e-.tn \n\u0001x'];
    for (let round = 0; round < 20000; round++) {
        const place = Math.floor(random() * text.length);
        const sign = random() < 0.4 ? '' : signs[Math.floor(random() * signs.length)];
        const broken = text.slice(0, place) + sign + text.slice(place + (random() < 0.7 ? 1 : 0));
        assert.equal(jsonFault(broken) === null, isJson(broken), broken);
    }
});

function isJson(text) {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

const task = { id: 't1', projectId: 'p1', name: '接口联调' };
const sound = {
    projects: [{ id: 'p1', name: 'One', status: 'normal', progress: '40', startDate: '2026-01-01', endDate: '' }],
    tasks: [{ ...task, dailyRecords: [{ date: '2026-01-02', progress: 100, status: 'normal' }], own: { member: 1 } }],
    taskTypes: [type], pmos: [], historyRecords: [{ id: 'h1' }], own: [1],
};

test('a sound document', () => {
    setLanguage('en');
    assert.deepEqual(documentCheck(sound), { errors: [], warnings: [] });
    const bytes = Buffer.from(`\ufeff${JSON.stringify(sound)}`);
    assert.deepEqual(documentRead(bytes), { document: sound, errors: [], warnings: [] });
});

const refusals = [
    [[], 'The file contains a list, which is no schedule'],
    [null, 'The file contains null, which is no schedule'],
    [{ name: 'schedule' },
        'This is no schedule: it has none of projects, tasks, taskTypes, pmos, productManagers, historyRecords'],
    [{ pmos: 'Li' }, 'pmos: is a text, but should be a list'],
    [{ tasks: [null] }, 'tasks[0]: is null, but should be an object'],
    [{ projects: [{ name: 'One' }] }, 'projects[0] (One): has no id'],
    [{ taskTypes: [type, { ...type, name: 'x' }] }, "taskTypes[1] (x): has the id '1', as taskTypes[0] does"],
    [{ projects: [{ id: 1, name: 'a' }, { id: '1', name: 'b' }] },
        "projects[1] (b): has the id '1', as projects[0] does"],
    [{ tasks: [{ ...task, startDate: '2026-13-01' }] }, "tasks[0] (接口联调): startDate is '2026-13-01', which is no day"],
    [{ tasks: [{ ...task, endDate: 20260101 }] }, 'tasks[0] (接口联调): endDate is 20260101, which is no day'],
    [{ tasks: [{ ...task, status: 'done' }] },
        "tasks[0] (接口联调): status is 'done', but should be one of pending, normal, risk, delayed, completed"],
    [{ tasks: [{ ...task, progress: 101 }] }, 'tasks[0] (接口联调): progress is 101, but should be a number from 0 to 100'],
    [{ tasks: [{ ...task, progress: [] }] },
        'tasks[0] (接口联调): progress is a list, but should be a number from 0 to 100'],
    [{ tasks: [{ ...task, dailyRecords: [{ date: 'x' }] }] },
        "tasks[0] (接口联调): dailyRecords[0]: date is 'x', which is no day"],
    [{ tasks: [{ ...task, dailyRecords: {} }] }, 'tasks[0] (接口联调): dailyRecords is an object, but should be a list'],
    [{ tasks: [], own: { text: 'x\ud800' } }, 'own.text: has half a character (a lone surrogate)'],
    [{ tasks: [], own: [Infinity] }, 'own[0]: is too large a number'],
    [{ tasks: [], own: 'x'.repeat(17 * 2 ** 20) }, 'The file has 18 MiB; at most 16 MiB can be saved'],
    [{ tasks: [], own: JSON.parse('['.repeat(128) + ']'.repeat(128)) },
        `own${'[0]'.repeat(12)}[…: is nested more than 128 levels deep`],
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
            "tasks[0] (接口联调): its project 'p1' is not in the file; it is shown as a task of no project",
            'tasks[1]: has no name',
            'tasks[1]: ends before it begins',
            "tasks[1]: its project 'p1' is not in the file; it is shown as a task of no project",
            'historyRecords[0]: has no id',
            'The file has no task types; the present ones stay',
        ],
    });
});

test('files that cannot be read', () => {
    setLanguage('en');
    const error = (...bytes) => documentRead(Buffer.from(bytes)).errors[0];
    assert.match(error(0x7b, 0x22, 0xd6, 0xd0, 0xce, 0xc4, 0x22, 0x3a, 0x31, 0x7d), /not encoded in UTF-8, .*GB18030/);
    assert.match(error(0xff, 0xfe, 0x7b, 0, 0x7d, 0), /UTF-16/);
    assert.equal(error(0xef, 0xbb, 0xbf, 0x20), 'The file is empty');
    assert.match(error(0x7b), /^Line 1, column 2: /);
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
