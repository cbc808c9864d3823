// A plan to look around in: three projects of a team around a given day, in every state, with one person who has too
// much to do. Its ids are always the same: two people who load it at the same time get it once.

import { dayText, mondayOf, today } from './dates.js';
import { texts } from './language.js';
import { editTold } from './notices.js';
import { periodMembers, planOf, withItem } from './plan.js';

const t = texts({
    loaded: ['载入示例', 'Loaded the sample'],
    name: [(name) => `示例：${name}`, (name) => `Sample: ${name}`],
    remark: ['这是示例数据，可以随时修改或删除。', 'This is sample data. Change it or delete it whenever you like.'],
    people: [['陈晨', '林悦', '周凯', '许静', '何川', '罗敏', '沈涛'],
        ['Alex Reed', 'Maria Santos', 'Tom Baker', 'Yuki Mori', 'Priya Nair', 'Sam Cole', 'Nora Lind']],
    partners: [['门店运营部', '支付渠道'], ['Store operations', 'Payment provider']],
    contact: ['方怡', 'Iris Fontaine'],
    role: ['业务接口人', 'Business contact'],
    phone: ['138-0000-0001', '+44 20 7946 0101'],
    members: ['会员小程序 2.0', 'Member app 2.0'],
    ledger: ['支付对账改造', 'Payment reconciliation'],
    charts: ['经营数据看板', 'Sales dashboard'],
    requirements: ['需求评审', 'Requirements review'],
    api: ['会员接口开发', 'Member API'],
    pages: ['小程序页面开发', 'App screens'],
    joint: ['前后端联调', 'Joining app and API'],
    functional: ['功能测试', 'Functional tests'],
    acceptance: ['产品验收', 'Acceptance'],
    launch: ['灰度上线', 'Staged launch'],
    rules: ['对账规则梳理', 'Matching rules'],
    engine: ['对账服务开发', 'Matching service'],
    history: ['历史数据核对', 'Check of old records'],
    ledgerTest: ['渠道联调测试', 'Tests with the provider'],
    metrics: ['指标口径确认', 'Choice of figures'],
    data: ['数据接口开发', 'Data API'],
    drawing: ['图表页面开发', 'Charts'],
    devices: ['兼容性测试', 'Tests on devices'],
    release: ['正式发布', 'Release'],
    apiBegun: ['接口定义已评审，开始开发', 'Interface agreed, work has begun'],
    apiHalf: ['积分与等级接口完成', 'Points and levels are done'],
    apiNearly: ['剩余优惠券接口，本周完成', 'Coupons are left, due this week'],
    pagesLate: ['设计稿晚到两天，首页延期', 'Designs came two days late, so the first screen is late'],
    membersDaily: ['首页设计稿延迟，上线日期存在风险', 'The late designs put the launch date at risk'],
    ledgerDaily: ['渠道变更文件格式，整体延期约一周', 'The new file format costs about a week'],
    engineLate: ['渠道对账文件格式变更，需要返工', 'The provider changed its file format, part is done again'],
});

// Days are working days from the Monday of this week, which is 0; people are numbers of the list above, and types of
// the document's own list.
const projects = [
    { name: 'members', status: 'risk', progress: 55, days: [-10, 18], owner: 1, developers: [1, 2], testers: [3],
        partner: 0, link: 'member-app', records: [[-1, 55, 'membersDaily']] },
    { name: 'ledger', status: 'delayed', progress: 45, days: [-15, 9], owner: 4, developers: [1, 4], testers: [3],
        partner: 1, link: 'reconciliation', records: [[-1, 45, 'ledgerDaily']] },
    { name: 'charts', status: 'normal', progress: 25, days: [-4, 21], owner: 5, developers: [2, 5], testers: [3],
        partner: 0, link: 'dashboard' },
];

const tasks = [
    { project: 0, name: 'requirements', type: 4, status: 'completed', progress: 100, days: [-10, -7], people: [0] },
    { project: 0, name: 'api', type: 0, status: 'normal', progress: 80, days: [-6, 3], people: [1],
        records: [[-5, 20, 'apiBegun'], [-3, 55, 'apiHalf'], [-1, 80, 'apiNearly']] },
    { project: 0, name: 'pages', type: 0, status: 'delayed', progress: 45, days: [-5, 0], people: [2],
        records: [[-2, 45, 'pagesLate']] },
    { project: 0, name: 'joint', type: 1, status: 'risk', progress: 10, days: [1, 6], people: [1, 2] },
    { project: 0, name: 'functional', type: 2, status: 'pending', progress: 0, days: [5, 11], people: [3] },
    { project: 0, name: 'acceptance', type: 4, status: 'pending', progress: 0, days: [12, 15], people: [0] },
    { project: 0, name: 'launch', type: 5, status: 'pending', progress: 0, days: [17, 18], people: [1, 3] },
    { project: 1, name: 'rules', type: 0, status: 'completed', progress: 100, days: [-15, -9], people: [4] },
    { project: 1, name: 'engine', type: 0, status: 'delayed', progress: 60, days: [-8, 2], people: [1, 4],
        records: [[-1, 60, 'engineLate']] },
    { project: 1, name: 'history', type: 2, status: 'normal', progress: 30, days: [-1, 5], people: [1] },
    { project: 1, name: 'ledgerTest', type: 3, status: 'pending', progress: 0, days: [4, 9], people: [3, 4] },
    { project: 2, name: 'metrics', type: 4, status: 'completed', progress: 100, days: [-4, -1], people: [0, 5] },
    { project: 2, name: 'data', type: 0, status: 'normal', progress: 40, days: [0, 7], people: [5] },
    { project: 2, name: 'drawing', type: 0, status: 'normal', progress: 15, days: [2, 12], people: [2] },
    { project: 2, name: 'devices', type: 2, status: 'pending', progress: 0, days: [13, 18], people: [3] },
    { project: 2, name: 'release', type: 5, status: 'pending', progress: 0, days: [21, 21], people: [5] },
];

export function sampleLoad(keeper) {
    editTold(keeper, t('loaded'), (document) => withSample(document, today()));
}

// The document with the sample added, as it looks on a day.
export function withSample(document, day) {
    const monday = mondayOf(day);
    const types = planOf(document).taskTypes.map(({ item }) => item).filter((type) => type.enabled !== false);
    const withProjects = projects.map((project, index) => projectOf(project, index, monday))
        .reduce((made, project) => withItem(made, 'projects', project), document);
    return tasks.map((task, index) => taskOf(task, index, types, monday))
        .reduce((made, task) => withItem(made, 'tasks', task), withProjects);
}

function projectOf(project, index, monday) {
    const { name, status, progress, days, owner, developers, testers, partner, link, records = [] } = project;
    return {
        id: `sample-project-${index + 1}`, name: t('name', t(name)), status, progress, ...daysOf(days, monday),
        owner: person(owner), pmo: person(6), productManager: person(0), partners: [t('partners')[partner]],
        developers: developers.map(person), testers: testers.map(person),
        contacts: [{ name: t('contact'), role: t('role'), phone: t('phone') }],
        chatGroupLinks: [`https://example.org/chat/${link}`], remark: t('remark'),
        dailyProgress: records.map((one) => recordOf(one, status, monday)),
    };
}

function taskOf({ project, name, type, status, progress, days, people, records = [] }, index, types, monday) {
    const assignees = people.map(person);
    return {
        id: `sample-task-${index + 1}`, projectId: `sample-project-${project + 1}`, name: t(name),
        ...types.length > 0 && { type: types[type % types.length] },
        status, progress, ...daysOf(days, monday), assignees, remark: '',
        dailyRecords: records.map((one) => ({ ...recordOf(one, status, monday), assignees })),
    };
}

function recordOf([day, progress, content], status, monday) {
    return { date: dayText(workday(day, monday)), progress, status, content: t(content) };
}

function person(number) {
    return t('people')[number];
}

function daysOf([first, last], monday) {
    return periodMembers(workday(first, monday), workday(last, monday));
}

function workday(number, monday) {
    return monday + Math.floor(number / 5) * 7 + (number % 5 + 5) % 5;
}
