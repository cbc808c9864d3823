// What a person sees who has no plan yet: a form for the first project, and the two other ways to begin.

import { dayText, today } from './dates.js';
import { field } from './dialog.js';
import { button, element, shape } from './dom.js';
import { importDialog } from './import_dialog.js';
import { texts } from './language.js';
import { editTold } from './notices.js';
import { projectDraft, withItem } from './plan.js';
import { sampleLoad } from './sample.js';
import { memberName } from './terms.js';

const t = texts({
    title: ['排期还是空的', 'Nothing is planned yet'],
    invitation: ['新建第一个项目，再为它新建任务；团队成员打开同一个页面就能看到。',
        'Add the first project, then give it tasks; everybody who opens this page sees them.'],
    name: ['项目名称', 'Project name'],
    example: ['例如：会员小程序 2.0', 'For example: Member app 2.0'],
    add: ['新建第一个项目', 'Add the first project'],
    added: [(name) => `新建“${name}”`, (name) => `Added ${name}`],
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
        element('p', { class: 'detail' }, t('invitation')),
        projectForm(keeper),
        element('div', { class: 'empty-others' },
            element('span', { class: 'detail' }, t('others')),
            button({ icon: 'calendar', text: t('sample') }, () => begin(() => sampleLoad(keeper))),
            button({ icon: 'upload', text: t('importFile') }, () => importDialog(keeper))));
}

function projectForm(keeper) {
    const name = element('input', { required: true, maxlength: '200', placeholder: t('example'), autocomplete: 'off' });
    const start = dayInput(today());
    const end = dayInput(today() + firstDays - 1);
    const check = () => {
        name.setCustomValidity(name.value.trim() === '' ? t('nameMissing') : '');
        end.setCustomValidity(end.value !== '' && end.value < start.value ? t('backwards') : '');
    };
    check();
    return element('form', {
        class: 'card empty-form',
        oninput: check,
        onsubmit: (event) => {
            event.preventDefault();
            begin(() => projectAdd(keeper, name.value.trim(), { startDate: start.value, endDate: end.value }));
        },
    },
    field(t('name'), name, { class: 'empty-name' }),
    field(memberName('startDate'), start), field(memberName('endDate'), end),
    element('button', { class: 'primary' }, t('add')));
}

function dayInput(day) {
    return element('input', { type: 'date', required: true, value: dayText(day) });
}

function projectAdd(keeper, name, period) {
    const project = projectDraft({ name, ...period });
    editTold(keeper, t('added', name), (document) => withItem(document, 'projects', project));
}

// What had the focus is gone when there is a plan; the plan may have taken it.
function begin(edit) {
    edit();
    if (document.activeElement === document.body)
        document.getElementById('content').focus();
}

// Of the picture's bars: where they begin and at what height, how long they are and how much of that is done.
const bars = [
    { x: 34, y: 39, width: 66, done: 66, fill: '#1890ff' },
    { x: 62, y: 57, width: 92, done: 40, fill: '#52c41a' },
    { x: 94, y: 75, width: 66, done: 14, fill: '#faad14' },
    { x: 148, y: 93, width: 54, done: 0, fill: '#722ed1' },
];

// A small board: a sheet, bars in the middle of their work, and the line of today.
function picture() {
    return shape('svg', { viewBox: '0 0 240 120', class: 'empty-picture', 'aria-hidden': 'true' },
        shape('rect', { class: 'paper', x: 20, y: 10, width: 200, height: 100, rx: 10 }),
        shape('path', { class: 'head', d: 'M20 32V20a10 10 0 0 1 10-10h180a10 10 0 0 1 10 10v12z' }),
        shape('path', { class: 'lines', d: 'M70 32v78M120 32v78M170 32v78' }),
        bars.flatMap(({ x, y, width, done, fill }) => [
            shape('rect', { x, y, width, height: 10, rx: 5, fill, opacity: 0.3 }),
            shape('rect', { x, y, width: done, height: 10, rx: 5, fill }),
        ]),
        shape('path', { class: 'today', d: 'M112 26v84' }),
        shape('circle', { class: 'today', cx: 112, cy: 24, r: 3 }));
}
