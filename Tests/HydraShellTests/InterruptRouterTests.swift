import HydraShell
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct InterruptRouterTests {
  /// Once the work is over nothing is said any more: it would stand over the next prompt. The reminder is due at once
  /// here, and the work ends at once, so that every order of the two comes up.
  @Test func nothingIsSaidWhenItIsOver() async {
    let router = InterruptRouter(patience: .zero)
    for _ in 0..<3000 {
      let isOver = Mutex(false)
      let late = Mutex(0)
      let (started, start) = AsyncStream.makeStream(of: Void.self)
      let interrupting = Task {
        for await _ in started { router.deliver(.interrupt) }
        router.deliver(.interrupt)
      }
      await router.cancelling(
        first: { if isOver.withLock(\.self) { late.withLock { $0 += 1 } } },
        late: { if isOver.withLock(\.self) { late.withLock { $0 += 1 } } },
        again: { if isOver.withLock(\.self) { late.withLock { $0 += 1 } } }
      ) {
        start.yield()
        start.finish()
        while !Task.isCancelled { await Task.yield() }
      }
      isOver.withLock { $0 = true }
      await interrupting.value
      await Task.yield()
      #expect(late.withLock(\.self) == 0)
    }
  }

  @Test func workThatTakesAWhileToEndIsExplained() async {
    let router = InterruptRouter(patience: .zero)
    let (reminders, reminder) = AsyncStream.makeStream(of: Void.self)
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let (deliveries, delivery) = AsyncStream.makeStream(of: Void.self)
    let said = Mutex<[String]>([])
    let interrupting = Task {
      for await _ in started { break }
      router.deliver(.interrupt)
      router.deliver(.interrupt)
      delivery.finish()
    }
    await router.cancelling(
      first: { said.withLock { $0.append("first") } },
      late: {
        said.withLock { $0.append("late") }
        reminder.finish()
      },
      again: { said.withLock { $0.append("again") } }
    ) {
      start.yield()
      // Undoing: not over before everything was said.
      await Task {
        for await _ in reminders {}
        for await _ in deliveries {}
      }.value
    }
    await interrupting.value
    #expect(said.withLock { $0.sorted() } == ["again", "first", "late"])
  }
}
