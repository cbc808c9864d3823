// What a person sees who has no plan yet: a form for the first project, and the two other ways to begin.

import { dayOf, dayText, today } from './dates.js';
import { field } from './dialog.js';
import { button, element, shape } from './dom.js';
import { importDialog } from './import_dialog.js';
import { texts } from './language.js';
import { editTold } from './notices.js';
import { newId, periodMembers, withItem } from './plan.js';
import { memberName } from './terms.js';
import { sampleLoad } from './transfer_menu.js';

const t = texts({
    title: ['排期还是空的', 'Nothing is planned yet'],
    invitation: ['创建第一个项目，再为它添加任务；团队成员打开同一个页面就能看到。',
        'Create the first project, then give it tasks; everybody who opens this page sees them.'],
    name: ['项目名称', 'Project name'],
    example: ['例如：会员小程序 2.0', 'For example: Member app 2.0'],
    create: ['创建第一个项目', 'Create the first project'],
    created: [(name) => `创建项目“${name}”`, (name) => `Created ${name}`],
    createdText: [(name) => `已创建项目“${name}”`, (name) => `Created ${name}`],
    nameMissing: ['请输入项目名称', 'Give the project a name'],
    backwards: ['结束日期不能早于开始日期', 'A project cannot end before it begins'],
    others: ['或者', 'Or'],
    sample: ['载入示例', 'Load a sample'],
    importFile: ['导入文件', 'Import a file'],
});

const firstDays = 28;

export function emptyState(keeper) {
    return element('section', { class: 'empty-state', 'aria-labelledby': 'empty-title' },
        picture(),
        element('h2', { id: 'empty-title' }, t('title')),
        element('p', {}, t('invitation')),
        projectForm(keeper),
        element('div', { class: 'empty-others' },
            element('span', {}, t('others')),
            button({ icon: 'calendar', text: t('sample') }, () => begin(() => sampleLoad(keeper))),
            button({ icon: 'upload', text: t('importFile') }, () => importDialog(keeper))));
}

function projectForm(keeper) {
    const name = element('input', { required: true, maxlength: '200', placeholder: t('example'), autocomplete: 'off' });
    const start = dayInput(today());
    const end = dayInput(today() + firstDays - 1);
    const check = () => {
        name.setCustomValidity(name.value.trim() === '' ? t('nameMissing') : '');
        end.setCustomValidity(dayOf(end.value) < dayOf(start.value) ? t('backwards') : '');
    };
    check();
    return element('form', {
        class: 'card empty-form',
        oninput: check,
        onsubmit: (event) => {
            event.preventDefault();
            begin(() => projectCreate(keeper, name.value.trim(), dayOf(start.value), dayOf(end.value)));
        },
    },
    field(t('name'), name, { class: 'empty-name' }),
    field(memberName('startDate'), start), field(memberName('endDate'), end),
    element('button', { class: 'primary' }, t('create')));
}

function dayInput(day) {
    return element('input', { type: 'date', required: true, value: dayText(day) });
}

function projectCreate(keeper, name, start, end) {
    const project = {
        id: newId('project'), name, status: 'pending', progress: 0, ...periodMembers(start, end),
        owner: '', pmo: '', productManager: '', partners: [], developers: [], testers: [], contacts: [],
        chatGroupLinks: [], remark: '', dailyProgress: [],
    };
    editTold(keeper, t('created', name), (document) => withItem(document, 'projects', project), t('createdText', name));
}

// What had the focus is gone when there is a plan; the plan may have taken it.
function begin(edit) {
    edit();
    if (document.activeElement === document.body)
        document.getElementById('content').focus();
}

// Of the picture's bars: where they begin and at what height, how long they are and how much of that is done.
const bars = [[34, 39, 66, 66], [62, 57, 92, 40], [94, 75, 66, 14], [148, 93, 54, 0]];

// A small board: a sheet, bars in the middle of their work, and the line of today.
function picture() {
    return shape('svg', { viewBox: '0 0 240 120', class: 'empty-picture', 'aria-hidden': 'true' },
        shape('rect', { class: 'paper', x: 20, y: 10, width: 200, height: 100, rx: 10 }),
        shape('path', { class: 'head', d: 'M20 32V20a10 10 0 0 1 10-10h180a10 10 0 0 1 10 10v12z' }),
        shape('path', { class: 'lines', d: 'M70 32v78M120 32v78M170 32v78' }),
        bars.map(([x, y, width, done], index) => [
            shape('rect', { class: `bar bar-${index}`, x, y, width, height: 10, rx: 5 }),
            shape('rect', { class: `bar-${index}`, x, y, width: done, height: 10, rx: 5 }),
        ]).flat(),
        shape('path', { class: 'today', d: 'M112 26v84' }),
        shape('circle', { class: 'today', cx: 112, cy: 24, r: 3 }));
}
