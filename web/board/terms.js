// What the parts of a document are called in front of people.

import { element, icon } from './dom.js';
import { texts } from './language.js';
import { statusOf, textOf } from './plan.js';

const statusText = texts({
    pending: ['未开始', 'Not started'],
    normal: ['正常', 'On track'],
    risk: ['有风险', 'At risk'],
    delayed: ['已延期', 'Delayed'],
    completed: ['已完成', 'Completed'],
});

const memberText = texts({
    assignees: ['负责人', 'Assignees'],
    chatGroupLinks: ['群聊链接', 'Chat links'],
    color: ['颜色', 'Colour'],
    contacts: ['联系人', 'Contacts'],
    content: ['内容', 'Content'],
    dailyProgress: ['每日进展', 'Daily progress'],
    dailyRecords: ['每日记录', 'Daily records'],
    date: ['日期', 'Date'],
    developers: ['开发', 'Developers'],
    enabled: ['启用', 'In use'],
    endDate: ['结束日期', 'End'],
    id: ['编号', 'Id'],
    name: ['名称', 'Name'],
    owner: ['项目负责人', 'Owner'],
    partners: ['合作方', 'Partners'],
    phone: ['电话', 'Phone'],
    pmo: ['PMO', 'PMO'],
    productManager: ['产品经理', 'Product manager'],
    progress: ['进度', 'Progress'],
    projectId: ['所属项目', 'Project'],
    remark: ['备注', 'Remark'],
    role: ['角色', 'Role'],
    startDate: ['开始日期', 'Start'],
    status: ['状态', 'Status'],
    testers: ['测试', 'Testers'],
    type: ['类型', 'Type'],
});

const collectionText = texts({
    projects: ['项目', 'Projects'],
    tasks: ['任务', 'Tasks'],
    taskTypes: ['任务类型', 'Task types'],
    pmos: ['PMO', 'PMOs'],
    productManagers: ['产品经理', 'Product managers'],
    historyRecords: ['修改记录', 'History records'],
});

const otherText = texts({
    unnamed: ['（未命名）', '(no name)'],
    strays: ['不属于任何项目的任务', 'Tasks without a project'],
    projects: [(count) => `${count} 个项目`, (count) => `${count} ${count === 1 ? 'project' : 'projects'}`],
    tasks: [(count) => `${count} 个任务`, (count) => `${count} ${count === 1 ? 'task' : 'tasks'}`],
});

export function statusName(status) {
    return statusText(status);
}

// What nobody has a name for goes by its own.
export function memberName(member) {
    return named(memberText, member);
}

export function collectionName(collection) {
    return named(collectionText, collection);
}

// The name of an item; that it has none, if it has none.
export function nameOf(item) {
    return textOf(item.name).trim() || otherText('unnamed');
}

// Of the tasks that belong to no project that is there.
export function straysName() {
    return otherText('strays');
}

// "3 tasks"; of 'projects' or 'tasks'.
export function countShown(collection, count) {
    return otherText(collection, count);
}

// A sign beside the word where something is wrong: colours alone do not reach everybody.
export function statusNode(item) {
    const status = statusOf(item);
    const sign = status === 'delayed' || status === 'risk' ? icon('warning') : null;
    return element('span', { class: 'status', dataset: { status } }, sign, statusName(status));
}

function named(text, name) {
    return text.has(name) ? text(name) : name;
}
