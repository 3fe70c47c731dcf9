import CTaskHook
import Dispatch
import Synchronization

/// Runs every task of the process on one thread, in the order in which they become ready, and knows when all of them wait: so
/// what they do depends on nothing but themselves, and virtual time can pass exactly then.
enum TaskLoop {
  /// Jobs that are ready, the first one last.
  private struct Jobs {
    var ready: [UnownedJob] = []
    var arrived: [UnownedJob] = []
    var idle: CheckedContinuation<Void, Never>?
    var isOver = false
  }

  private static let jobs = Mutex(Jobs())
  /// Counts what the thread may have to look at.
  private static let arrivals = DispatchSemaphore(value: 0)
  private static let executor = Executor()

  /// Runs `body` and all tasks that it starts on a thread of their own. One at a time in a process.
  static func run<T: Sendable>(_ body: @escaping @Sendable () async -> T) async -> T {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "hydra.simulation").async {
        jobs.withLock { $0 = Jobs() }
        task_hook_set { TaskLoop.enqueue(unsafeBitCast($0, to: UnownedJob.self)) }
        let result = Result<T>()
        begin {
          let value = await body()
          result.value.withLock { $0 = value }
          jobs.withLock { $0.isOver = true }
        }
        work()
        task_hook_set(nil)
        guard let value = result.value.withLock({ $0 }) else {
          preconditionFailure("the simulation ended without a result")
        }
        continuation.resume(returning: value)
      }
    }
  }

  /// A task of the loop. With its own executor as its preference: a task that yields is given back to that, past the hook.
  @discardableResult
  static func begin<T: Sendable>(_ body: @escaping @Sendable () async -> T) -> Task<T, Never> {
    Task(executorPreference: executor) { await body() }
  }

  private final class Result<T: Sendable>: Sendable {
    let value = Mutex<T?>(nil)
  }

  /// Returns when every other task waits. For one task at a time.
  static func untilIdle() async {
    await withCheckedContinuation { continuation in
      jobs.withLock { $0.idle = continuation }
      arrivals.signal()
    }
  }

  private static func enqueue(_ job: UnownedJob) {
    jobs.withLock { $0.arrived.append(job) }
    arrivals.signal()
  }

  private enum Next { case job(UnownedJob), idle(CheckedContinuation<Void, Never>), over, nothing }

  private static func next() -> Next {
    jobs.withLock { jobs in
      if jobs.ready.isEmpty {
        jobs.ready = jobs.arrived.reversed()
        jobs.arrived.removeAll(keepingCapacity: true)
      }
      if let job = jobs.ready.popLast() { return .job(job) }
      if jobs.isOver { return .over }
      if let idle = jobs.idle.take() { return .idle(idle) }
      return .nothing
    }
  }

  private static func work() {
    while true {
      switch next() {
      case .job(let job): job.runSynchronously(on: executor.asUnownedTaskExecutor())
      case .idle(let continuation): continuation.resume()
      case .over: return
      case .nothing: arrivals.wait()
      }
    }
  }

  /// Where the jobs believe to run.
  private final class Executor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) { TaskLoop.enqueue(UnownedJob(job)) }
  }
}
