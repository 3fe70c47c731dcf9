import AsyncSupport
import HydraModel

/// Watches the cluster in use while the shell runs: for the prompt, for completion, and for the events that are news to a
/// person.
actor ClusterMonitor {
  /// The cluster as last seen.
  struct View: Sendable, Equatable {
    /// Its name; nil if none is in use.
    var cluster: String?
    /// Nil until the cluster has responded, and while it is unreachable.
    var state: ClusterState?

    var nodesReady: Int { state?.nodes.count { $0.state == .ready } ?? 0 }
  }

  private let directory: any ClusterDirectory
  private let chosen: String?
  private let onChange: @Sendable (View) -> Void
  private let onEvent: @Sendable (ClusterEvent) -> Void
  private var following: Task<Void, Never>?
  private(set) var view = View()
  /// How many looks were begun, and which of them the view is from.
  private var looks = (begun: 0, shown: 0)

  /// A monitor of the cluster `chosen`, or of whatever is in use.
  init(
    directory: any ClusterDirectory, chosen: String?, onChange: @escaping @Sendable (View) -> Void,
    onEvent: @escaping @Sendable (ClusterEvent) -> Void
  ) {
    self.directory = directory
    self.chosen = chosen
    self.onChange = onChange
    self.onEvent = onEvent
  }

  /// Checks which cluster is in use now, and follows it; called after each command, which may have changed it.
  ///
  /// `own` is the one that the session itself started or chose.
  func recheck(own: String? = nil) async {
    var name = chosen ?? own
    if name == nil {
      // Without an engine there is no cluster either; the command that needs one reports why.
      do { name = try await directory.currentName() } catch { name = nil }
    }
    guard !Task.isCancelled else { return }
    if name != view.cluster {
      following?.cancel()
      following = nil
      set(View(cluster: name))
    }
    guard let name else { return }
    await look(at: name)
    if following == nil {
      following = Task {
        await withDiscardingTaskGroup { group in
          group.addTask { await self.follow(name) }
          group.addTask { await self.tick(name) }
        }
      }
    }
  }

  /// Stops watching.
  func stop() {
    following?.cancel()
    following = nil
  }

  private func set(_ new: View) {
    guard new != view else { return }
    view = new
    onChange(new)
  }

  private func look(at name: String) async {
    looks.begun += 1
    let number = looks.begun
    var state: ClusterState?
    // A cluster that does not respond is shown as such; the next check comes with the next event or command.
    do { state = try await directory.cluster(name).state() } catch { state = nil }
    // Of two looks at the same time the one that was begun last counts, whichever ends first.
    guard view.cluster == name, number > looks.shown, !Task.isCancelled else { return }
    looks.shown = number
    set(View(cluster: name, state: state))
  }

  /// Checks at intervals: what happens between a check and the opening of the event stream is in no event.
  private func tick(_ name: String) async {
    while view.cluster == name {
      do { try await Task.sleep(for: .seconds(5)) } catch { return }
      await look(at: name)
    }
  }

  private func follow(_ name: String) async {
    var last: UInt64?
    var backoff = Backoff(.milliseconds(500) ... .seconds(10))
    while !Task.isCancelled {
      do {
        let cluster = try await directory.cluster(name)
        for try await event in cluster.events(after: last) {
          last = event.id
          backoff.reset()
          onEvent(event)
          await look(at: name)
        }
      } catch {
        await look(at: name)
      }
      // The stream reconnects by itself and ends only if the cluster is unreachable for long.
      do { try await backoff.pause() } catch { return }
      guard view.cluster == name else { return }
    }
  }
}
